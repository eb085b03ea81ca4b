input x[3]
a = grad(sum(x^2), 2 * x)
b = grad(sum(x^2), x[0])
c = jacobian(x, [x])

# expect: derivative_by_a_formula.mg:2:22: error: grad: 2 * x is a formula; derivatives are taken by a name
# expect:    2 | a = grad(sum(x^2), 2 * x)
# expect:      |                    ~~^~~
# expect:   help: give it a name above and use that name in both
# expect: derivative_by_a_formula.mg:3:21: error: grad: x[0] is a formula; derivatives are taken by a name
# expect:    3 | b = grad(sum(x^2), x[0])
# expect:      |                    ~^~~
# expect:   help: give it a name above and use that name in both
# expect: derivative_by_a_formula.mg:4:17: error: jacobian: [x] is a formula; derivatives are taken by a name
# expect:    4 | c = jacobian(x, [x])
# expect:      |                 ^~~
# expect:   help: give it a name above and use that name in both
