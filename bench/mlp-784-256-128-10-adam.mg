# A classifier of 28 x 28 pictures, 784-256-128-10, by Adam.
input  x[28,28]
target c class 10

h1 = relu(dense(flatten(x), 256))
h2 = relu(dense(h1, 128))
output z = dense(h2, 10)
loss = cross_entropy(z, c)

train { optimiser = adam(lr = 1e-3); batch = 64 }
