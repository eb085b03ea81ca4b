# A small language model: it reads T symbols and says, after each, which comes
# next. The architecture is that of GPT-2, with 4 blocks of 4 heads.
#
#   matgrad check THIS                  shapes, parameters, cost
#   matgrad gradcheck THIS --elements 4
#   matgrad bench THIS                  the time of a training step

V = 256                               # symbols: the values of a byte
T = 64                                # symbols that it sees at once
D = 64                                # numbers that stand for a symbol
H = 4                                 # heads; D is divided among them

input  t[T] int V                     # a piece of text
target n[T] int V                     # the same, one symbol later

# Every place looks at itself and at those before it. Its query q is compared
# with their keys k; the softmax of the comparison weighs their values v.
def self_attention(x, heads) {
  T, D = shape(x)
  q, k, v = split(dense(x, 3*D), 3, axis = 1)              # three of [T, D]
  q = heads_first(q, heads)                                # [heads, T, D/heads]
  k = heads_first(k, heads)
  v = heads_first(v, heads)
  a = softmax(where(causal(T), q @ k' / sqrt(D // heads), -inf))
  dense(heads_last(a @ v), D)                              # back to [T, D]
}

# A block changes its input by sums, so gradients reach the first one unhurt.
def block(x, heads) {
  y = x + self_attention(layernorm(x), heads)
  D = shape(x)[1]
  y + dense(gelu(dense(layernorm(y), 4*D)), D)
}

param P[T,D] ~ normal(0.02)           # what each place adds to its symbol
e = embedding(t, V, D) + P
r = repeat(4, v -> block(v, H), e)    # four blocks with parameters of their own
z = dense(layernorm(r), V)            # [T, V]: scores of every next symbol
output p = softmax(z)

loss = mean(cross_entropy(z, n))      # in nats a symbol; log V at the start
metric accuracy = mean(argmax(z, axis = -1) == n)

train {
  optimiser = adamw(lr = 3e-4, weight_decay = 0.1)
  batch = 8
}
