param a[3]
param b[2] ~ hee, c = 1
param d ~ normal(-1), e ~ uniform(2, 1)
param f ~ normal()
param g ~ 3

# expect: param_without_start.mg:1:7: error: parameter a has no initial value
# expect:    1 | param a[3]
# expect:      |       ^
# expect:   help: write = value, or ~ he, xavier, normal(std), uniform(a, b), orthogonal, zeros, ones
# expect: param_without_start.mg:2:14: error: hee is no way to start a parameter
# expect:    2 | param b[2] ~ hee, c = 1
# expect:      |              ^~~
# expect:   help: did you mean he?
# expect: param_without_start.mg:3:11: error: normal's deviation is not negative
# expect:    3 | param d ~ normal(-1), e ~ uniform(2, 1)
# expect:      |           ^~~~~~~~~~
# expect: param_without_start.mg:3:27: error: uniform(a, b) wants a <= b
# expect:    3 | param d ~ normal(-1), e ~ uniform(2, 1)
# expect:      |                           ^~~~~~~~~~~~~
# expect: param_without_start.mg:4:11: error: normal takes 1 number, not 0
# expect:    4 | param f ~ normal()
# expect:      |           ^~~~~~~~
# expect: param_without_start.mg:5:11: error: 3 is no way to start a parameter
# expect:    5 | param g ~ 3
# expect:      |           ^
# expect:   help: he, xavier, normal(std), uniform(a, b), orthogonal, zeros, ones; a value is given with =
