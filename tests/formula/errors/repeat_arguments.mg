input x[2]
a = repeat(x, v -> v, x)
b = repeat(-1, v -> v, x)
c = repeat(2, x, x)
d = repeat(2, (u, v) -> u, x)
e = repeat(2, v -> v)
f = repeat(2, () -> x, x)

# expect: repeat_arguments.mg:2:12: error: n must be an integer known when compiled, but x is a value of the graph
# expect:    2 | a = repeat(x, v -> v, x)
# expect:      |            ^
# expect: repeat_arguments.mg:3:12: error: repeat: n is -1, but it counts turns
# expect:    3 | b = repeat(-1, v -> v, x)
# expect:      |            ^~
# expect: repeat_arguments.mg:4:15: error: repeat wants a function, v -> .., but x is a value of the graph
# expect:    4 | c = repeat(2, x, x)
# expect:      |               ^
# expect: repeat_arguments.mg:5:22: error: repeat calls (u, v) -> u with one argument, but it takes 2
# expect:    5 | d = repeat(2, (u, v) -> u, x)
# expect:      |               ~~~~~~~^~~~
# expect: repeat_arguments.mg:6:5: error: repeat: argument x is missing
# expect:    6 | e = repeat(2, v -> v)
# expect:      |     ^~~~~~~~~~~~~~~~~
# expect: repeat_arguments.mg:7:18: error: repeat calls () -> x with one argument, but it takes 0
# expect:    7 | f = repeat(2, () -> x, x)
# expect:      |               ~~~^~~~
