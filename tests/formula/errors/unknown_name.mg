input x[3]
y = sigmod(x)
z = y + q1

# expect: unknown_name.mg:2:5: error: sigmod is not known
# expect:    2 | y = sigmod(x)
# expect:      |     ^~~~~~
# expect:   help: did you mean sigmoid?
# expect: unknown_name.mg:3:9: error: q1 is not known
# expect:    3 | z = y + q1
# expect:      |         ^~
