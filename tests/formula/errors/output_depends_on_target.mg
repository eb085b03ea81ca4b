input x[3]
target y[3]
output z = x + y

# expect: output_depends_on_target.mg:3:14: error: output z depends on a target, which is not known in use
# expect:    3 | output z = x + y
# expect:      |            ~~^~~
