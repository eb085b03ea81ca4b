# Layers: formulas with parameters of their own. They work on the last axis,
# whatever stands before it. Parameters are called W and b.

# Dense (affine) layer.        x [.., d] -> [.., n]
#   y = x W' + b,   W [n, d], b [n], both uniform(-1/sqrt(d), 1/sqrt(d)),
#   as PyTorch's Linear starts them.
def dense(x, n) {
  d = shape(x)[-1]
  param W[n, d] ~ uniform(-1 / sqrt(d), 1 / sqrt(d))
  param b[n] ~ uniform(-1 / sqrt(d), 1 / sqrt(d))
  x @ W' + b
}

# Layer normalisation.         x [.., d] -> [.., d]
#   y = (x - mean) / sqrt(var + epsilon) * W + b, over the last axis,
#   W [d] ones, b [d] zeros   (Ba, Kiros, Hinton 2016)
def layernorm(x, epsilon = 1e-5) {
  d = shape(x)[-1]
  param W[d] ~ ones
  param b[d] ~ zeros
  c = x - mean(x, axis = -1, keep = true)
  c * rsqrt(mean(c^2, axis = -1, keep = true) + epsilon) * W + b
}

# Root-mean-square normalisation.   x [.., d] -> [.., d]
#   y = x / sqrt(mean(x^2) + epsilon) * W, W [d] ones  (Zhang, Sennrich 2019)
def rmsnorm(x, epsilon = 1e-6) {
  param W[shape(x)[-1]] ~ ones
  x * rsqrt(mean(x^2, axis = -1, keep = true) + epsilon) * W
}

# Dropout.                     x [..] -> [..]
#   When training each element is 0 with probability rate, else x / (1 - rate);
#   in use y = x   (Srivastava et al. 2014)
def dropout(x, rate = 0.5) {
  if training { where(random(shape(x)) < rate, 0, x / (1 - rate)) } else { x }
}

# Embedding: row t of a table.   t [..] integers below V -> [.., D]
#   y = W[t],   W [V, D] standard normal, as PyTorch's Embedding starts it.
def embedding(t, V, D) {
  param W[V, D] ~ normal(1)
  W[t]
}
