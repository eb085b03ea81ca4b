input x[3]
param w[3] = 1
penalty = sum(w * x)

# expect: penalty_depends_on_input.mg:3:11: error: the penalty depends on an input; it is a number made of parameters
# expect:    3 | penalty = sum(w * x)
# expect:      |           ^~~~~~~~~~
