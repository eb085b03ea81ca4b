input x[3]
x[0] = 3
1 = 2

# expect: pattern_is_no_name.mg:2:1: error: left of = stand names: a, or a, b, or (a, b), c
# expect:    2 | x[0] = 3
# expect:      | ^
# expect: pattern_is_no_name.mg:3:1: error: left of = stand names: a, or a, b, or (a, b), c
# expect:    3 | 1 = 2
# expect:      | ^
