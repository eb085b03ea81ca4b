# Schedules: factors for a learning rate. p is the share of training that is
# done, step / steps.

# From 1 to 0 along half a cosine   (Loshchilov, Hutter 2016)
def cosine(p) { (1 + cos(pi * p)) / 2 }

# From 1 to 0 in a straight line.
def linear(p) { 1 - p }

# From 0 to 1 in the first share q, then 1.
def warmup(p, q) { min(1, p / q) }

# A factor f after every n-th part of the training.
def step_decay(p, n, f) { f^floor(n * p) }
