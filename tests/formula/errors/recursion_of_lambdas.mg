input x
f = v -> f(v)
y = f(x)

# expect: recursion_of_lambdas.mg:2:10: error: f is not known
# expect:    2 | f = v -> f(v)
# expect:      |          ^
# expect:   help: f is made by this very statement; there is no recursion
