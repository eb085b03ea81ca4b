input x
y = x +
z = x

# expect: unfinished_formula.mg:2:8: error: the end of the line where a value is wanted
# expect:    2 | y = x +
# expect:      |        ^
# expect:   help: a formula goes on in the next line inside ( )
