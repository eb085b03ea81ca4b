# Two hidden layers of 1024 with the exact gelu, 10 classes.
input  x[1024]
target c class 10

h1 = gelu(dense(x, 1024))
h2 = gelu(dense(h1, 1024))
output z = dense(h2, 10)
loss = cross_entropy(z, c)

train { optimiser = sgd(lr = 0.01); batch = 256 }
