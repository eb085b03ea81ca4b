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

# Batch normalisation.         x [c, ..] -> [c, ..]
#   y = (x - m) / sqrt(v + epsilon) * W + b for each channel (axis 0), W [c]
#   ones, b [c] zeros. When training, m and v are mean and variance over the
#   batch and all other axes, and running_mean and running_var move towards
#   them by momentum, v times count / (count - 1) of the values that it is made
#   of; in use these stand for m and v   (Ioffe, Szegedy 2015)
def batchnorm(x, momentum = 0.1, epsilon = 1e-5) {
  c = shape(x)[0]
  n = size(x) // c
  param W[c] ~ ones
  param b[c] ~ zeros
  state running_mean[c] = 0
  state running_var[c] = 1
  u = reshape(x, (c, n))
  m, v = if training {
    mu = batch_mean(mean(u, axis = 1))
    s = batch_mean(mean((u - reshape(mu, (c, 1)))^2, axis = 1))
    count = n * batch_size
    unbiased = s * (count / max(count - 1, 1))
    running_mean := (1 - momentum) * running_mean + momentum * mu
    running_var := (1 - momentum) * running_var + momentum * unbiased
    (mu, s)
  } else { (running_mean, running_var) }
  d = u - reshape(m, (c, 1))
  y = d * reshape(rsqrt(v + epsilon) * W, (c, 1)) + reshape(b, (c, 1))
  reshape(y, shape(x))
}

# Group normalisation.         x [c, ..] -> [c, ..]
#   The channels (axis 0) in so many groups of neighbours: each group less its
#   mean, divided by sqrt(variance + epsilon) over all its elements; then each
#   channel * W + b, W [c] ones, b [c] zeros   (Wu, He 2018)
def groupnorm(x, groups, epsilon = 1e-5) {
  c = shape(x)[0]
  n = size(x) // c
  param W[c] ~ ones
  param b[c] ~ zeros
  k = shape(split(W, groups)[0])[0]
  u = reshape(x, (groups, k * n))
  d = u - mean(u, axis = 1, keep = true)
  z = d * rsqrt(mean(d^2, axis = 1, keep = true) + epsilon)
  y = reshape(z, (c, n)) * reshape(W, (c, 1)) + reshape(b, (c, 1))
  reshape(y, shape(x))
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
