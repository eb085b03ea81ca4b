input x
f = v -> v + unknwn
g = v -> { u = v }
h = (v -> dense(vv, 3), x)

# expect: lambda_never_called.mg:2:14: error: unknwn is not known
# expect:    2 | f = v -> v + unknwn
# expect:      |              ^~~~~~
# expect: lambda_never_called.mg:3:10: error: this block has no value
# expect:    3 | g = v -> { u = v }
# expect:      |          ^
# expect:   help: its last line must be a formula without a name
# expect: lambda_never_called.mg:4:17: error: vv is not known
# expect:    4 | h = (v -> dense(vv, 3), x)
# expect:      |                 ^~
