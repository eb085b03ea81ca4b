# An autoencoder whose decoder is the encoder's transpose.
input  x[8]
param W[3,8] ~ xavier
param b[3] = 0.1
param c[8] = -0.1
h = sigmoid(W @ x + b)
output r = W' @ h + c
loss = l2(r, x) + 0.01 * sum(abs(h))
penalty = 0.02 * sum(W^2) + 0.01 * sum(abs(W))
