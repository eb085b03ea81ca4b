param a[-1] = 0
param b[1.5] = 0
param c[99999999, 99999999] = 0
input x
param d[x] = 0
input y[1,1,1,1,1,1,1,1,1]

# expect: dimensions.mg:1:9: error: a dimension is not negative, but this is -1
# expect:    1 | param a[-1] = 0
# expect:      |         ^~
# expect: dimensions.mg:2:9: error: a dimension must be an integer known when compiled, but 1.5 is a real number
# expect:    2 | param b[1.5] = 0
# expect:      |         ^~~
# expect: dimensions.mg:3:9: error: shape: [99999999, 99999999] has more than 2^40 elements
# expect:    3 | param c[99999999, 99999999] = 0
# expect:      |         ^~~~~~~~
# expect: dimensions.mg:5:9: error: a dimension must be an integer known when compiled, but x is a value of the graph
# expect:    5 | param d[x] = 0
# expect:      |         ^
# expect: dimensions.mg:6:25: error: more than 8 axes
# expect:    6 | input y[1,1,1,1,1,1,1,1,1]
# expect:      |                         ^
