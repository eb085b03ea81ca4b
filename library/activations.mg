# Activations: by element but for softmax. sigmoid, tanh and erf are built in.

# Rectifier: 0 for x <= 0, else x; slope 0 at 0.
def relu(x) { where(x <= 0, 0, x) }

# x, but slope * x below 0   (Maas, Hannun, Ng 2013)
def leaky_relu(x, slope = 0.01) { where(x <= 0, slope * x, x) }

# x, but alpha (e^x - 1) below 0   (Clevert, Unterthiner, Hochreiter 2015)
def elu(x, alpha = 1) { where(x <= 0, alpha * expm1(x), x) }

# x Phi(x), Phi the normal distribution function   (Hendrycks, Gimpel 2016)
def gelu(x) { x / 2 * (1 + erf(x / sqrt(2))) }

# x sigmoid(x)   (Elfwing, Uchibe, Doya 2017)
def silu(x) { x * sigmoid(x) }

# log(1 + e^x), written so that e^x never overflows.
def softplus(x) { max(x, 0) + log1p(exp(-abs(x))) }

# Softmax over the last axis.   x [.., n] -> [.., n]
#   e^(x - m) / sum e^(x - m) with m the largest of x: large logits do not
#   overflow, and logits of -inf get exactly 0. m changes no softmax, so it is
#   a constant to derivatives. A row of -inf alone gives zeros, not 0/0.
def softmax(x) {
  m = stop_gradient(max(x, axis = -1, keep = true))
  e = exp(x - where(m == -inf, 0, m))
  s = sum(e, axis = -1, keep = true)
  e / where(s == 0, 1, s)
}

# log softmax(x), without taking the logarithm of a small number.
#   x [.., n] -> [.., n]
def log_softmax(x) {
  m = stop_gradient(max(x, axis = -1, keep = true))
  s = x - where(m == -inf, 0, m)
  s - log(sum(exp(s), axis = -1, keep = true))
}
