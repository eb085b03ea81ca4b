input x[3]
param W[3,5] ~ he
h = W @ x

# expect: matmul_wants_transpose.mg:3:7: error: W @ x: W is [3, 5] but x is [3]
# expect:    3 | h = W @ x
# expect:      |     ~~^~~
# expect:   help: did you mean W' @ x?
