# The functions of one number, chained, with broadcasting both ways.
input  x[5]
target y[5]
param a[5] ~ uniform(0.5, 1.5), b ~ uniform(0.5, 1.5), M[5,5] ~ normal(0.3)
u = log1p(exp(a * x)) + expm1(0.1 * x) - erf(b * x)
w = sin(u) * cos(x) + rsqrt(1 + x^2) + sqrt(a) ^ 3
g = outer(u, w) * M + u
output z = sum(g, axis = 1) / (1 + abs(w)) + log(a) * 2 ^ b - max(x, a) + min(u, 0.5)
loss = mae(z, y)
