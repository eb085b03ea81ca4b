# How a disease goes on within a year, a number, by ten measurements. The
# target is not standardised: the last line scales the network's own number.
input  x[10]
target progression

h = relu(dense(x, 32))
z = dense(h, 1)[0]
output y = 150 + 75 * z

e = (y - progression) / 75
loss = e^2
penalty = 3e-3 * (sum(h.dense.W^2) + sum(z.dense.W^2))
metric r2 = 1 - total((y - progression)^2) / (
    total(progression^2) - total(progression)^2 / total(1))

train { optimiser = adam(lr = 0.003); epochs = 100; batch = 32; val = 0.1; patience = 20 }
