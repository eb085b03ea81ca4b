input x
f = v -> v + 1
y = f + x
z = [f, x]
output o = f

# expect: lambda_as_value.mg:3:5: error: f is a function, where a value is wanted
# expect:    3 | y = f + x
# expect:      |     ^
# expect: lambda_as_value.mg:4:6: error: f is a function, where a value is wanted
# expect:    4 | z = [f, x]
# expect:      |      ^
# expect: lambda_as_value.mg:5:12: error: f is a function, where a value is wanted
# expect:    5 | output o = f
# expect:      |            ^
