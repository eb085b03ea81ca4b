# Causal attention written by hand, one head, with a dense layer behind it.
input  x[5,6]
target y[5,3]
param Q[4,6] ~ xavier, K[4,6] ~ xavier, V[4,6] ~ xavier
q = x @ Q'; k = x @ K'; v = x @ V'
s = where(causal(5), q @ k' / sqrt(4), -inf)
e = exp(s - max(s, axis = 1, keep = true))
a = e / sum(e, axis = 1, keep = true)
output z = dense(a @ v, 3)
loss = mse(z, y)
