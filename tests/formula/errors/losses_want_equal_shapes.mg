input x[3]
target y[3,1]
loss = mse(x, y)

# expect: losses_want_equal_shapes.mg:3:8: error: mse: x is [3] but y is [3, 1]; the shapes must be equal
# expect:    3 | loss = mse(x, y)
# expect:      |        ^~~~~~~~~
# expect:   help: reshape(x, shape) or flatten(x) changes a shape
