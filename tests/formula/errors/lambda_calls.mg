input x
f = (a, b) -> a + b
y = f(x)
z = f((x, x))
w = f(x, x, x)
v = (u -> u)(u = x, 3)

# expect: lambda_calls.mg:3:5: error: lambda: argument b is missing
# expect:    3 | y = f(x)
# expect:      |     ^~~~
# expect: lambda_calls.mg:4:5: error: lambda: argument b is missing
# expect:    4 | z = f((x, x))
# expect:      |     ^~~~~~~~~
# expect: lambda_calls.mg:5:5: error: lambda takes 2 arguments by position, not 3
# expect:    5 | w = f(x, x, x)
# expect:      |     ^~~~~~~~~~
# expect: lambda_calls.mg:6:21: error: an argument without a name after one with a name
# expect:    6 | v = (u -> u)(u = x, 3)
# expect:      |                     ^
