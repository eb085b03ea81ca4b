input x
input c class 3
a = x[0]
b = sum(x)[0, 1]
d = x % 2
e = x // c
(g,) = (x, 2)
h, k = shape(x)

# expect: index_of_a_number.mg:3:6: error: x is a number and has no axes to index
# expect:    3 | a = x[0]
# expect:      |     ~^~~
# expect: index_of_a_number.mg:4:11: error: sum(x) is a number and has no axes to index
# expect:    4 | b = sum(x)[0, 1]
# expect:      |     ~~~~~~^~~~~~
# expect: index_of_a_number.mg:5:7: error: % is for integers, not real numbers
# expect:    5 | d = x % 2
# expect:      |     ~~^~~
# expect: index_of_a_number.mg:6:7: error: // is for integers, not real numbers
# expect:    6 | e = x // c
# expect:      |     ~~^~~~
# expect: index_of_a_number.mg:7:2: error: 1 name for 2 values
# expect:    7 | (g,) = (x, 2)
# expect:      |  ^~
# expect: index_of_a_number.mg:8:1: error: 2 names for 0 values
# expect:    8 | h, k = shape(x)
# expect:      | ^~~~
