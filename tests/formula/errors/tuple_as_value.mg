input x[3]
a = (x, x) + 1
b = exp((x, x))

# expect: tuple_as_value.mg:2:5: error: (x, x) is a tuple, where one value is wanted
# expect:    2 | a = (x, x) + 1
# expect:      |     ^~~~~~
# expect: tuple_as_value.mg:3:9: error: (x, x) is a tuple, where one value is wanted
# expect:    3 | b = exp((x, x))
# expect:      |         ^~~~~~
