input x
n = 3
t = (x, x)
a = grad(x^n, n)
b = grad(x, t)
c = grad(x, relu)

# expect: derivative_by_no_value.mg:4:15: error: grad: n is an integer; derivatives are taken by values
# expect:    4 | a = grad(x^n, n)
# expect:      |               ^
# expect: derivative_by_no_value.mg:5:13: error: grad: t is a tuple; derivatives are taken by values
# expect:    5 | b = grad(x, t)
# expect:      |             ^
# expect: derivative_by_no_value.mg:6:13: error: grad: relu is a function; derivatives are taken by values
# expect:    6 | c = grad(x, relu)
# expect:      |             ^~~~
