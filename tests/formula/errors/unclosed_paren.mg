input x[3]
h = sigmoid((x + 1)
k = h + y

# expect: unclosed_paren.mg:2:12: error: `(` is never closed
# expect:    2 | h = sigmoid((x + 1)
# expect:      |            ^
# expect: unclosed_paren.mg:3:9: error: y is not known
# expect:    3 | k = h + y
# expect:      |         ^
