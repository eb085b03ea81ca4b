input x[3]
y = x' @ x

# expect: transpose_of_a_vector.mg:2:6: error: x': x is [3], and ' swaps two axes
# expect:    2 | y = x' @ x
# expect:      |     ~^
# expect:   help: the outer product of two vectors is outer(u, v), the inner one dot(u, v)
