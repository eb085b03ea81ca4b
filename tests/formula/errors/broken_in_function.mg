def f(x) {
  param W[n, m, 3 ~ he
  y = x + 
  z = y + nothere
  z
}

# expect: broken_in_function.mg:2:10: error: `[` is never closed
# expect:    2 |   param W[n, m, 3 ~ he
# expect:      |          ^
# expect: broken_in_function.mg:3:11: error: the end of the line where a value is wanted
# expect:    3 |   y = x +
# expect:      |          ^
# expect:   help: a formula goes on in the next line inside ( )
# expect: broken_in_function.mg:4:11: error: nothere is not known
# expect:    4 |   z = y + nothere
# expect:      |           ^~~~~~~
