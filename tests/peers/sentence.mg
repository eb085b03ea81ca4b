# Embedding, attention with a mask, layer normalisation, a label for each symbol.
input t[7] int 9
input mask[7,7]
target n[7] int 9
e = embedding(t, 9, 6)
q = dense(e, 6)
k = dense(e, 6)
v = dense(e, 6)
a = attention(q, k, v, mask > 0)
z = dense(layernorm(e + a), 9)
loss = mean(cross_entropy(z, n))
