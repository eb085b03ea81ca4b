# A classifier of small grey pictures: 784-256-10.
#   matgrad train mlp.mg --data fashion-mnist
input  x[28,28]                       # a grey picture, 0..255
target c class 10                     # an integer label 0..9

# Less the mean of all pictures, over their deviation: it learns faster.
u = (flatten(x) / 255 - 0.286) / 0.353
h = dropout(relu(dense(u, 256)), 0.2)
z = dense(h, 10)
output p = softmax(z)

loss = cross_entropy(z, c)
penalty = 2e-5 * sum(h.dense.W^2)
metric accuracy = argmax(z) == c

train {
  optimiser = adam(lr = 1e-3 * cosine(step / steps))
  epochs = 10
  batch  = 64
}
