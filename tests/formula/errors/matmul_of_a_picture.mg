input x[28,28]
param W1[64,784] ~ he
param b1[64] = 0
h = relu(W1 @ x + b1)

# expect: matmul_of_a_picture.mg:4:13: error: W1 @ x: W1 is [64, 784] but x is [28, 28]
# expect:    4 | h = relu(W1 @ x + b1)
# expect:      |          ~~~^~~
# expect:   help: did you mean W1 @ flatten(x)?
