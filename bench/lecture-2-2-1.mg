# The lecture's network: 2-2-1, sigmoid, half the squared error.
input  x[2]
target y[1]

h = sigmoid(dense(x, 2))
output z = sigmoid(dense(h, 1))
loss = l2(z, y)

train { optimiser = sgd(lr = 0.01); batch = 1 }
