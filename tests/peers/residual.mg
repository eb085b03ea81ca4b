# A residual block with RMS normalisation; dropout is the identity in use.
input  x[6]
target y[2]
def block(v, n) {
  h = silu(dense(rmsnorm(v), n))
  v + dropout(dense(h, size(v)), 0.3)
}
h = block(x, 10)
k = block(h, 7)
output z = dense(elu(k) + softplus(k) + leaky_relu(k), 2)
loss = binary_cross_entropy(z, y)
metric right = all((z > 0) == (y > 0))
