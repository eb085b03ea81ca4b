# Normalisations with parameters of their own.
input x[4,5]
target y[3]
l = layernorm(x, epsilon = 1e-3)
r = rmsnorm(l)
g = groupnorm(r, 2)
z = dense(flatten(g), 3)
loss = mse(z, y)
