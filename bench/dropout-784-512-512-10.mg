# A classifier with dropout, 784-512-512-10, by stochastic gradients.
input  x[28,28]
target c class 10

h1 = dropout(relu(dense(flatten(x), 512)), 0.2)
h2 = dropout(relu(dense(h1, 512)), 0.2)
output z = dense(h2, 10)
loss = cross_entropy(z, c)

train { optimiser = sgd(lr = 0.01); batch = 128 }
