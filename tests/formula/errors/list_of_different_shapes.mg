input x[3]
a = [x, 1]
b = [[1, 2], [3]]

# expect: list_of_different_shapes.mg:2:5: error: values of different shapes cannot be stacked: [3] and []
# expect:    2 | a = [x, 1]
# expect:      |     ^~~~~~
# expect: list_of_different_shapes.mg:3:5: error: values of different shapes cannot be stacked: [2] and [1]
# expect:    3 | b = [[1, 2], [3]]
# expect:      |     ^~~~~~~~~~~~~
