# Three kinds of wine by thirteen measurements: two layers on standardised
# columns. Data: make tables; the target's texts are its classes.
input  x[13]
target cultivar class 3

h = tanh(dense(x, 16))
z = dense(h, 3)
output p = softmax(z)

loss = cross_entropy(z, cultivar)
penalty = 1e-3 * (sum(h.dense.W^2) + sum(z.dense.W^2))
metric accuracy = argmax(z) == cultivar

train { optimiser = adam(lr = 0.01); epochs = 60; batch = 16; val = 0.1 }
