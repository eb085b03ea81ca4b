# A small language model: 128 symbols of 96 kinds in, for each the next one.
# 4 blocks of width 128 with 4 heads, as GPT-2 has them.
V = 96; T = 128; D = 128; H = 4
input  t[T] int V
target n[T] int V

def self_attention(x) {
  q, k, v = split(dense(x, 3*D), 3, axis = 1)              # three of [T, D]
  a = attention(heads_first(q, H), heads_first(k, H), heads_first(v, H), causal(T))
  dense(heads_last(a), D)
}

def block(x) {
  y = x + self_attention(layernorm(x))
  y + dense(gelu(dense(layernorm(y), 4*D)), D)
}

param P[T,D] ~ normal(0.02)
e = embedding(t, V, D) + P
output z = dense(layernorm(repeat(4, block, e)), V)
loss = mean(cross_entropy(z, n))

train { optimiser = adam(lr = 1e-3); batch = 8 }
