input x[3]
a = dense(x, 3, x = x)
b = dense(n = 3, x)

# expect: argument_twice.mg:2:21: error: dense: argument x is given twice
# expect:    2 | a = dense(x, 3, x = x)
# expect:      |                     ^
# expect: argument_twice.mg:3:18: error: an argument without a name after one with a name
# expect:    3 | b = dense(n = 3, x)
# expect:      |                  ^
