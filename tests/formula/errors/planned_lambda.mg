input x
f = v -> v + 1
g = repeat(3, (a, b) -> a, x)

# expect: planned_lambda.mg:2:7: error: a lambda, v -> .., is not in this version yet
# expect:    2 | f = v -> v + 1
# expect:      |     ~~^~~~~~~~
# expect: planned_lambda.mg:3:5: error: repeat is not in this version yet
# expect:    3 | g = repeat(3, (a, b) -> a, x)
# expect:      |     ^~~~~~
