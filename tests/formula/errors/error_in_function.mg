input x[3]
def inner(a, n) {
  a @ n
}
def outer(a) {
  inner(a, a[0:2])
}
y = outer(x)
z = outer(x)

# expect: error_in_function.mg:3:5: error: a @ n: a is [3] but n is [2]
# expect:    3 |   a @ n
# expect:      |   ~~^~~
# expect:   note: in the call inner(a, a[0:2]) at error_in_function.mg:6:3
