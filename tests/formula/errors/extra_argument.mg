input x[3]
a = relu(x, 2)
b = exp(x, 2, 3)

# expect: extra_argument.mg:2:5: error: relu takes 1 argument by position, not 2
# expect:    2 | a = relu(x, 2)
# expect:      |     ^~~~~~~~~~
# expect: extra_argument.mg:3:5: error: exp takes 1 argument by position, not 3
# expect:    3 | b = exp(x, 2, 3)
# expect:      |     ^~~~~~~~~~~~
