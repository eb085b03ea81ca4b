input x[3]
a = x[1.5]
b = x[x > 0]
c = x[0:2:0]
d = x[x]

# expect: index_kinds.mg:2:7: error: an index must be an integer known when compiled, but 1.5 is a real number
# expect:    2 | a = x[1.5]
# expect:      |       ^~~
# expect: index_kinds.mg:3:9: error: x > 0 is no index: it holds truth values
# expect:    3 | b = x[x > 0]
# expect:      |       ~~^~~
# expect: index_kinds.mg:4:11: error: a slice's step is not 0
# expect:    4 | c = x[0:2:0]
# expect:      |           ^
# expect: index_kinds.mg:5:7: error: x is no index: it holds real numbers
# expect:    5 | d = x[x]
# expect:      |       ^
