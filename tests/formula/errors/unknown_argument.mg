input x[3]
a = layernorm(x, epsilom = 1)
b = sum(x, axes = 0)

# expect: unknown_argument.mg:2:18: error: layernorm has no argument epsilom
# expect:    2 | a = layernorm(x, epsilom = 1)
# expect:      |                  ^~~~~~~
# expect:   help: did you mean epsilon?
# expect: unknown_argument.mg:3:12: error: sum has no argument axes
# expect:    3 | b = sum(x, axes = 0)
# expect:      |            ^~~~
# expect:   help: did you mean axis?
