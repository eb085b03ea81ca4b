input x[3]
a = dense(x)
b = dense()

# expect: missing_argument.mg:2:5: error: dense: argument n is missing
# expect:    2 | a = dense(x)
# expect:      |     ^~~~~~~~
# expect: missing_argument.mg:3:5: error: dense: argument x is missing
# expect:    3 | b = dense()
# expect:      |     ^~~~~~~
