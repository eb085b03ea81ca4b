a, b = (1, 2, 3)
c, d = 5
input x[2]
e, f = x

# expect: pattern_counts.mg:1:1: error: 2 names for 3 values
# expect:    1 | a, b = (1, 2, 3)
# expect:      | ^~~~
# expect: pattern_counts.mg:2:1: error: 2 names for an integer
# expect:    2 | c, d = 5
# expect:      | ^~~~
# expect: pattern_counts.mg:4:1: error: 2 names for a value of the graph
# expect:    4 | e, f = x
# expect:      | ^~~~
# expect:   help: split(x, parts) makes a tuple of a value
