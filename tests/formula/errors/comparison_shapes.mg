input x[3]
input y[2,2]
z = x < y

# expect: comparison_shapes.mg:3:7: error: x < y: x is [3] but y is [2, 2]
# expect:    3 | z = x < y
# expect:      |     ~~^~~
