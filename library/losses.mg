# Losses: z is the network's value, y or c the target. Their shapes must be
# equal: [3] against [3, 1] is an error, not a broadcast.

# The lecture's loss: half the sum of squares, 1/2 sum (z - y)^2.
def l2(z, y) { 1/2 * sum((same_shape(z, y) - y)^2) }

# Mean of squares, mean (z - y)^2.
def mse(z, y) { mean((same_shape(z, y) - y)^2) }

# Mean of absolute differences, mean |z - y|.
def mae(z, y) { mean(abs(same_shape(z, y) - y)) }

# Huber's loss (1964): mean of d^2 / 2 where |d| <= delta, else
# delta (|d| - delta / 2), with d = z - y.
def huber(z, y, delta = 1) {
  d = abs(same_shape(z, y) - y)
  mean(where(d <= delta, d^2 / 2, delta * (d - delta / 2)))
}

# Cross-entropy of logits with labels, -log softmax(z)[c], one value a label.
#   z [.., K] logits, c [..] integers below K -> [..]
#   = log sum e^(z - m) - (z - m)[c], m the largest of z: no overflow. The label
#   is picked by a choice, not by a product, so a logit of -inf elsewhere
#   counts as e^-inf = 0 and its gradient is 0.
def cross_entropy(z, c) {
  m = stop_gradient(max(z, axis = -1, keep = true))
  s = z - where(m == -inf, 0, m)
  label = same_shape(c, argmax(z, axis = -1))
  picked = one_hot(label, shape(z)[-1]) != 0
  log(sum(exp(s), axis = -1)) - sum(where(picked, s, 0), axis = -1)
}

# Binary cross-entropy of logits, the mean of
#   -y log sigmoid(z) - (1 - y) log(1 - sigmoid(z))
#   = max(z, 0) - y z + log(1 + e^-|z|), which does not overflow.
def binary_cross_entropy(z, y) {
  mean(max(same_shape(z, y), 0) - z * y + log1p(exp(-abs(z))))
}

# Hinge loss, the mean of max(0, 1 - y z); y is -1 or 1.
def hinge(z, y) { mean(max(0, 1 - y * same_shape(z, y))) }

# Kullback-Leibler divergence of distributions, sum p log(p / q); where p is 0
# the term is 0.
def kl(p, q) { sum(where(same_shape(p, q) == 0, 0, p * (log(p) - log(q)))) }
