input x[4]
a = repeat(x)
b = scan(x)
c = grad(x)
d = vjp(x)
e = jvp(x)
f = jacobian(x)
g = hessian(x)

# expect: planned_functions_1.mg:2:5: error: repeat is not in this version yet
# expect:    2 | a = repeat(x)
# expect:      |     ^~~~~~
# expect: planned_functions_1.mg:3:5: error: scan is not in this version yet
# expect:    3 | b = scan(x)
# expect:      |     ^~~~
# expect: planned_functions_1.mg:4:5: error: grad is not in this version yet
# expect:    4 | c = grad(x)
# expect:      |     ^~~~
# expect: planned_functions_1.mg:5:5: error: vjp is not in this version yet
# expect:    5 | d = vjp(x)
# expect:      |     ^~~
# expect: planned_functions_1.mg:6:5: error: jvp is not in this version yet
# expect:    6 | e = jvp(x)
# expect:      |     ^~~
# expect: planned_functions_1.mg:7:5: error: jacobian is not in this version yet
# expect:    7 | f = jacobian(x)
# expect:      |     ^~~~~~~~
# expect: planned_functions_1.mg:8:5: error: hessian is not in this version yet
# expect:    8 | g = hessian(x)
# expect:      |     ^~~~~~~
