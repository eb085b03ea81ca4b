# A small language model of the King James Bible: 128 characters in, for each
# of them the next one. From the project's folder:
#   make kjv                                        writes build/kjv.txt
#   matgrad data info build/kjv.txt                 characters and lines
#   matgrad train examples/text/kjv.mg --data build/kjv.txt --max-steps 1000
#   matgrad eval runs/kjv-1 --data build/kjv.txt    loss in nats a character
# The text has 63 characters; V = 96 leaves room for other texts' (the most
# frequent V - 1 have a symbol, all others share one; V = 256 takes bytes).
# The last tenth of the text is held out.
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
