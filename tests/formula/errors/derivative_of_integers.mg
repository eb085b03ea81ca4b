input c class 10
input x
a = grad(x, c)
b = grad(c, x)
d = jacobian(x > 0, x)

# expect: derivative_of_integers.mg:3:13: error: grad: c holds integers, which have no derivative
# expect:    3 | a = grad(x, c)
# expect:      |             ^
# expect: derivative_of_integers.mg:4:10: error: grad: c holds integers, which have no derivative
# expect:    4 | b = grad(c, x)
# expect:      |          ^
# expect: derivative_of_integers.mg:5:16: error: jacobian: x > 0 holds truth values, which have no derivative
# expect:    5 | d = jacobian(x > 0, x)
# expect:      |              ~~^~~
