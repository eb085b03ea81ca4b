input x[3]
y = x[3]
z = x[-4]
w = x[0, 1]

# expect: index_leaves_axis.mg:2:7: error: index 3 leaves axis 0, which has 3
# expect:    2 | y = x[3]
# expect:      |       ^
# expect: index_leaves_axis.mg:3:7: error: index -4 leaves axis 0, which has 3
# expect:    3 | z = x[-4]
# expect:      |       ^~
# expect: index_leaves_axis.mg:4:6: error: 2 indices for x, which is [3]
# expect:    4 | w = x[0, 1]
# expect:      |     ~^~~~~~
