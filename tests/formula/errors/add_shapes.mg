input x[3]
input y[4]
z = x + y

# expect: add_shapes.mg:3:7: error: x + y: x is [3] but y is [4]
# expect:    3 | z = x + y
# expect:      |     ~~^~~
