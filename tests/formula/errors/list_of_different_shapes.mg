input x[3]
a = [x, 1]
b = [[1, 2], [3]]

# expect: list_of_different_shapes.mg:2:5: error: stacks values of different shapes: [3] and []
# expect:    2 | a = [x, 1]
# expect:      |     ^~~~~~
# expect: list_of_different_shapes.mg:3:5: error: stacks values of different shapes: [2] and [1]
# expect:    3 | b = [[1, 2], [3]]
# expect:      |     ^~~~~~~~~~~~~
