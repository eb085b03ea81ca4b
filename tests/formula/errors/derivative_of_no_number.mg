input x[3]
a = grad(x^2, x)
b = hessian(x, x)

# expect: derivative_of_no_number.mg:2:11: error: grad: x^2 is [3], and f is a number
# expect:    2 | a = grad(x^2, x)
# expect:      |          ~^~
# expect:   help: jacobian(y, x) is the derivative of a value of any shape
# expect: derivative_of_no_number.mg:3:13: error: hessian: x is [3], and f is a number
# expect:    3 | b = hessian(x, x)
# expect:      |             ^
# expect:   help: jacobian(y, x) is the derivative of a value of any shape
