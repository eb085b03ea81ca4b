# Batch normalisation of channels of vectors and of single numbers, in training
# and in use; compared with PyTorch's by batchnorm.py.
input x[2,3]
target y[2]
n = batchnorm(x)
h = tanh(batchnorm(dense(flatten(n), 4), momentum = 0.3, epsilon = 1e-3))
output z = dense(h, 2)
loss = mse(z, y)
train { optimiser = momentum(lr = 0.1); epochs = 10 }
