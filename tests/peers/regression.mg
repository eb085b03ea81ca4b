# Two layers that ten steps of any optimiser change; compared with PyTorch's by
# optimisers.py.
input x[2,3]
target y[2]
h = tanh(dense(flatten(x), 5))
output z = dense(h, 2)
loss = mse(z, y)
