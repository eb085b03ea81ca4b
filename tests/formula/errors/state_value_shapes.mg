input x[3]
state a[2] = [1, 2, 3]
state b[3] = x
state c[-1] = 0

# expect: state_value_shapes.mg:2:14: error: the value is [3] but the state [2]
# expect:    2 | state a[2] = [1, 2, 3]
# expect:      |              ^~~~~~~~~
# expect: state_value_shapes.mg:3:14: error: a state's value is made of constants
# expect:    3 | state b[3] = x
# expect:      |              ^
# expect: state_value_shapes.mg:4:9: error: a dimension is not negative, but this is -1
# expect:    4 | state c[-1] = 0
# expect:      |         ^~
