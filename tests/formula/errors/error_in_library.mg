input x
y = dense(x, 3)
z = dense([x], -1)
input c[2]
target k[3] int 2
lossy = cross_entropy([[x, 1], [1, x]], c)
loss = cross_entropy([x * 2, 1], k)
n = layernorm(x + 1)

# expect: error_in_library.mg:2:5: error: dense: x is a number and has no axes
# expect:    2 | y = dense(x, 3)
# expect:      |     ^~~~~~~~~~~
# expect:   help: [x] is a vector of one element
# expect: error_in_library.mg:3:5: error: dense: a dimension is not negative, but this is -1
# expect:    3 | z = dense([x], -1)
# expect:      |     ^~~~~~~~~~~~~~
# expect: error_in_library.mg:6:9: error: cross_entropy: one_hot: an index is made of integers, not real numbers
# expect:    6 | lossy = cross_entropy([[x, 1], [1, x]], c)
# expect:      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
# expect: error_in_library.mg:7:8: error: cross_entropy: k is [3] but argmax([x * 2, 1], axis = -1) is []; the shapes must be equal
# expect:    7 | loss = cross_entropy([x * 2, 1], k)
# expect:      |        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
# expect: error_in_library.mg:8:5: error: layernorm: x + 1 is a number and has no axes
# expect:    8 | n = layernorm(x + 1)
# expect:      |     ^~~~~~~~~~~~~~~~
# expect:   help: [x + 1] is a vector of one element
