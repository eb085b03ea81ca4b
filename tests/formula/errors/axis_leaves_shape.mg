input x[3,2]
a = sum(x, axis = 2)
b = mean(x, axis = (0, 0))
c = sum(x, axis = 1.5)
d = sum(x, keep = 1)

# expect: axis_leaves_shape.mg:2:5: error: sum: axis 2 of a value with 2 axes
# expect:    2 | a = sum(x, axis = 2)
# expect:      |     ^~~~~~~~~~~~~~~~
# expect: axis_leaves_shape.mg:3:5: error: mean: axis 0 is named twice
# expect:    3 | b = mean(x, axis = (0, 0))
# expect:      |     ^~~~~~~~~~~~~~~~~~~~~~
# expect: axis_leaves_shape.mg:4:19: error: axis must be an integer known when compiled, but 1.5 is a real number
# expect:    4 | c = sum(x, axis = 1.5)
# expect:      |                   ^~~
# expect: axis_leaves_shape.mg:5:19: error: keep must be true or false
# expect:    5 | d = sum(x, keep = 1)
# expect:      |                   ^
