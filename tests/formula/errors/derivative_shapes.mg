input x[3]
a = vjp(x^2, x, [1, 2])
b = jvp(sum(x), x, 1)

# expect: derivative_shapes.mg:2:17: error: vjp: x^2 is [3] but [1, 2] is [2]
# expect:    2 | a = vjp(x^2, x, [1, 2])
# expect:      |                 ^~~~~~
# expect: derivative_shapes.mg:3:20: error: jvp: x is [3] but 1 is []
# expect:    3 | b = jvp(sum(x), x, 1)
# expect:      |                    ^
