input x[3]
h = dense(x, 2)
a = h.dense.w
b = h.dense
c = k.dense.W
d.e = 3

# expect: paths.mg:3:5: error: there is no h.dense.w
# expect:    3 | a = h.dense.w
# expect:      |     ^~~~~~~~~
# expect:   help: did you mean h.dense.W?
# expect: paths.mg:4:5: error: h.dense is a call's part of paths, not a value
# expect:    4 | b = h.dense
# expect:      |     ^~~~~~~
# expect: paths.mg:5:5: error: k is not known
# expect:    5 | c = k.dense.W
# expect:      |     ^~~~~~~~~
# expect: paths.mg:6:1: error: d.e is a path; a new name has no point
# expect:    6 | d.e = 3
# expect:      | ^~~
