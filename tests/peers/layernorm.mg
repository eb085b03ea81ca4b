# Layer normalisation written out, between two dense layers.
input  x[7]
target y[3]
h = dense(x, 5)
m = mean(h)
d = h - m
n = d / sqrt(mean(d^2) + 1e-5)
param g[5] ~ uniform(0.5, 1.5), b[5] ~ normal(0.1)
output z = dense(gelu(n * g + b), 3)
loss = l2(z, y)
