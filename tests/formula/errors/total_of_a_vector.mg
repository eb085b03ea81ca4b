input x[2]
target y[2]
metric m = total(x - y)

# expect: total_of_a_vector.mg:3:12: error: a metric must be a number, but its shape is [2]
# expect:    3 | metric m = total(x - y)
# expect:      |            ^~~~~~~~~~~~
# expect:   help: did you mean mean(total(x - y))?
