# Three kinds of iris by four lengths.
input  x[4]
target species class 3

z = dense(tanh(dense(x, 8)), 3)
output p = softmax(z)

loss = cross_entropy(z, species)
metric accuracy = argmax(z) == species

train { optimiser = adam(lr = 0.02); epochs = 100; batch = 16; val = 0.1 }
