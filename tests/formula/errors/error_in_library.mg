input x
y = dense(x, 3)
z = dense([x], -1)
input c[2]
loss = cross_entropy([x, x], c)

# expect: error_in_library.mg:2:5: error: dense: x is a number and has no axes
# expect:    2 | y = dense(x, 3)
# expect:      |     ^~~~~~~~~~~
# expect:   help: [x] is a vector of one element
# expect: error_in_library.mg:3:5: error: dense: a dimension is not negative, but this is -1
# expect:    3 | z = dense([x], -1)
# expect:      |     ^~~~~~~~~~~~~~
# expect: error_in_library.mg:5:8: error: cross_entropy: one_hot: an index is made of integers, not f32
# expect:    5 | loss = cross_entropy([x, x], c)
# expect:      |        ^~~~~~~~~~~~~~~~~~~~~~~~
