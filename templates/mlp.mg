# A classifier: a small grey picture in, one of ten classes out.
#
#   matgrad check THIS                            shapes, parameters, cost
#   matgrad train THIS --data fashion-mnist       trains, writes runs/NAME-1
#   matgrad eval runs/NAME-1 --data fashion-mnist

# One example; the batch is added by the compiler.
input  x[28,28]                       # a grey picture, 0..255
target c class 10                     # an integer label 0..9

# dense(v, n) is a layer of n neurons, v @ W' + b, with W and b of its own. It
# is a formula of the library (library/layers.mg), and so are all others here.
u = flatten(x) / 255                  # [784], 0..1
h = dropout(relu(dense(u, 256)), 0.2) # [256]; in training a fifth is left out
z = dense(h, 10)                      # [10]: a score for each class
output p = softmax(z)                 # [10]: probabilities

# -log p[c], computed from the scores so that nothing overflows.
loss = cross_entropy(z, c)

# Added once to the mean loss of a batch: keeps the first weights small. A path
# such as h.dense.W is a parameter of the layer in the formula of h.
penalty = 1e-4 * sum(h.dense.W^2)

# Averaged over the data; training prints it, eval --min can demand it.
metric accuracy = argmax(z) == c

# The command line overrides these: --epochs 3, --optimiser 'sgd(lr = 0.1)'.
train {
  optimiser = adam(lr = 1e-3 * cosine(step / steps))  # falls to 0 at the end
  epochs = 10
  batch  = 64
}
