input x[2]
param a[3] = [1, 2]
param b[2] = x
param c[2,2] = [1, 2]
param d[2] = random(2)

# expect: param_values.mg:2:14: error: the value is [2] but the parameter [3]
# expect:    2 | param a[3] = [1, 2]
# expect:      |              ^~~~~~
# expect: param_values.mg:3:14: error: a parameter's value is made of constants
# expect:    3 | param b[2] = x
# expect:      |              ^
# expect: param_values.mg:4:16: error: the value is [2] but the parameter [2, 2]
# expect:    4 | param c[2,2] = [1, 2]
# expect:      |                ^~~~~~
# expect: param_values.mg:5:14: error: a parameter's value is made of constants
# expect:    5 | param d[2] = random(2)
# expect:      |              ^~~~~~~~~
