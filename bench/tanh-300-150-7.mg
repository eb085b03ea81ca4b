# Not in the list of rows.json: odd widths, tanh, 7 classes, Adam.
input  x[300]
target c class 7

h1 = tanh(dense(x, 300))
h2 = tanh(dense(h1, 150))
output z = dense(h2, 7)
loss = cross_entropy(z, c)

train { optimiser = adam(lr = 1e-3); batch = 96 }
