def f(x) { f(x) + 1 }
y = f(2)

# expect: recursion.mg:1:12: error: f is not known
# expect:    1 | def f(x) { f(x) + 1 }
# expect:      |            ^
# expect:   help: f is made by this very statement; there is no recursion
