input x[3,2]
a = reshape(x, (4, 2))
b = split(x, 2)
c = stack(x, x, axis = 3)

# expect: reshape_sizes.mg:2:5: error: reshape: [3, 2] does not fit into [4, 2]
# expect:    2 | a = reshape(x, (4, 2))
# expect:      |     ^~~~~~~~~~~~~~~~~~
# expect: reshape_sizes.mg:3:5: error: split: axis 0 has 3 elements, which are not 2 equal parts
# expect:    3 | b = split(x, 2)
# expect:      |     ^~~~~~~~~~~
# expect: reshape_sizes.mg:4:5: error: no axis 3 can be added to 2 axes
# expect:    4 | c = stack(x, x, axis = 3)
# expect:      |     ^~~~~~~~~~~~~~~~~~~~~
