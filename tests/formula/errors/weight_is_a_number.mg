input x[3]
weight = x

# expect: weight_is_a_number.mg:2:10: error: the weight must be a number, but its shape is [3]
# expect:    2 | weight = x
# expect:      |          ^
# expect:   help: did you mean mean(x)?
