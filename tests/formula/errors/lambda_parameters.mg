input x
f = 3 -> x
g = (a, b + 1) -> a
h = (a, a) -> a
i = x.y -> 2
j = (a, (b, c)) -> a

# expect: lambda_parameters.mg:2:5: error: left of -> stand names: v, or (a, b)
# expect:    2 | f = 3 -> x
# expect:      |     ^
# expect: lambda_parameters.mg:3:11: error: left of -> stand names: v, or (a, b)
# expect:    3 | g = (a, b + 1) -> a
# expect:      |           ^~~
# expect: lambda_parameters.mg:4:9: error: parameter a is given twice
# expect:    4 | h = (a, a) -> a
# expect:      |         ^
# expect: lambda_parameters.mg:5:5: error: left of -> stand names: v, or (a, b)
# expect:    5 | i = x.y -> 2
# expect:      |     ^~~
# expect: lambda_parameters.mg:6:9: error: left of -> stand names: v, or (a, b)
# expect:    6 | j = (a, (b, c)) -> a
# expect:      |         ^~~~~~
