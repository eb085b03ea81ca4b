# Parts of a picture taken out, turned, padded and put together again.
input  x[6,8]
target y[4]
param W[4,14] ~ xavier
top = x[0:2, ::2]
last = x[-1, 1:5]
back = flip(x[3, :4], axis = 0)
left = x[:, 0]
parts = concat(mean(top, axis = 0), last[::-1] * back, left, axis = 0)
output z = tanh(W @ parts)
loss = huber(z, y) + 0.1 * sum(transpose(x, (1, 0))[2:4]^2)
