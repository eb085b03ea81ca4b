def f(a, a) { a }

# expect: same_parameter_twice.mg:1:10: error: parameter a is given twice
# expect:    1 | def f(a, a) { a }
# expect:      |          ^
