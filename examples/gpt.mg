# A small language model: 128 symbols of 96 kinds in, for each the next one.
#   matgrad check gpt.mg; matgrad gradcheck gpt.mg --elements 4
V = 96; T = 128; D = 128; H = 4
input  t[T] int V
target n[T] int V

def attention(x, heads) {
  T, D = shape(x)
  q, k, v = split(dense(x, 3*D), 3, axis = 1)
  q = heads_first(q, heads); k = heads_first(k, heads); v = heads_first(v, heads)      # [heads, T, D/heads]
  a = softmax(where(causal(T), q @ k' / sqrt(D // heads), -inf))
  dense(heads_last(a @ v), D)
}
def block(x, heads) {
  y = x + attention(layernorm(x), heads)
  y + dense(gelu(dense(layernorm(y), 4*shape(x)[1])), shape(x)[1])
}

param P[T,D] ~ normal(0.02)
e = embedding(t, V, D) + P
z = dense(layernorm(repeat(4, v -> block(v, H), e)), V)
loss = mean(cross_entropy(z, n))
train { optimiser = adamw(lr = 3e-4, weight_decay = 0.1); batch = 8 }
