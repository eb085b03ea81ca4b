# Two heads of attention by the library, with layer norms, over whole rows.
input  x[4,6]
target n[4] int 5
def attend(v, heads) {
  T, D = shape(v)
  q, k, u = split(dense(v, 3*D), 3, axis = 1)
  a = attention(heads_first(q, heads), heads_first(k, heads), heads_first(u, heads), mask = causal(T))
  dense(heads_last(a), D)
}
h = x + attend(layernorm(x), 2)
output z = dense(layernorm(h), 5)
loss = mean(cross_entropy(z, n))
