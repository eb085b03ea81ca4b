input x
param W[3,5] ~ he
h = W @ x

# expect: matmul_of_a_number.mg:3:7: error: W @ x: W is [3, 5] but x is []
# expect:    3 | h = W @ x
# expect:      |     ~~^~~
# expect:   help: a number times a value is written with *
