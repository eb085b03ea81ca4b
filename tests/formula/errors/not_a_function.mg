input x[3]
N = 3
a = x(3)
b = N (x)

# expect: not_a_function.mg:3:5: error: x is no function but a value of the graph
# expect:    3 | a = x(3)
# expect:      |     ^~~~
# expect:   help: a product is written with *
# expect: not_a_function.mg:4:5: error: N is no function but an integer
# expect:    4 | b = N (x)
# expect:      |     ^~~~~
# expect:   help: a product is written with *
