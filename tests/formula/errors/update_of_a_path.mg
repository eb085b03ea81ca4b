input x[2]
h = batchnorm(x)
h.batchnorm.running_mean := [1, 2]
(h, x) := 3

# expect: update_of_a_path.mg:3:1: error: left of := stands the name of one state
# expect:    3 | h.batchnorm.running_mean := [1, 2]
# expect:      | ^~~~~~~~~~~~~~~~~~~~~~~~
# expect: update_of_a_path.mg:4:1: error: left of := stands the name of one state
# expect:    4 | (h, x) := 3
# expect:      | ^
