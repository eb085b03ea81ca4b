param b[2] = [1, 2
param c[2] = [1, 2]
z = b + d

# expect: unclosed_list.mg:1:14: error: `[` is never closed
# expect:    1 | param b[2] = [1, 2
# expect:      |              ^
# expect: unclosed_list.mg:3:9: error: d is not known
# expect:    3 | z = b + d
# expect:      |         ^
