input x[5,3]
param W[4,5] ~ he
h = x @ W

# expect: matmul_wants_other_order.mg:3:7: error: x @ W: x is [5, 3] but W is [4, 5]
# expect:    3 | h = x @ W
# expect:      |     ~~^~~
# expect:   help: did you mean W @ x?
