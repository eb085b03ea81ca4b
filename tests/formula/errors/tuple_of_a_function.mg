input x
def f(v) { (v, 2 * v) }
y = f(x) + 1
a, b, c = f(x)
d, (e, g) = f(x)

# expect: tuple_of_a_function.mg:3:5: error: f(x) is a tuple, where one value is wanted
# expect:    3 | y = f(x) + 1
# expect:      |     ^~~~
# expect: tuple_of_a_function.mg:4:1: error: 3 names for 2 values
# expect:    4 | a, b, c = f(x)
# expect:      | ^~~~~~~
# expect: tuple_of_a_function.mg:5:5: error: 2 names for a value of the graph
# expect:    5 | d, (e, g) = f(x)
# expect:      |     ^~~~
# expect:   help: split(x, parts) makes a tuple of a value
