input x[3]
a = x + [1, 2]
b = a + 1
c = unknwn
d = (1
param e

# expect: several_in_one_run.mg:2:7: error: x + [1, 2]: x is [3] but [1, 2] is [2]
# expect:    2 | a = x + [1, 2]
# expect:      |     ~~^~~~~~~~
# expect: several_in_one_run.mg:4:5: error: unknwn is not known
# expect:    4 | c = unknwn
# expect:      |     ^~~~~~
# expect: several_in_one_run.mg:5:5: error: `(` is never closed
# expect:    5 | d = (1
# expect:      |     ^
# expect: several_in_one_run.mg:6:7: error: parameter e has no initial value
# expect:    6 | param e
# expect:      |       ^
# expect:   help: write = value, or ~ he, xavier, normal(std), uniform(a, b), orthogonal, zeros, ones
