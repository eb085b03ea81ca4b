input x[2, 3]
input t[2] int 5
a = zeros(2, 3)
b = sum(x, 0)
c = reshape(x, 3, 2)
d = exp(x, x)
e = t // 0
f = t % 0

# expect: extra_numbers.mg:3:5: error: zeros takes 1 argument by position, not 2
# expect:    3 | a = zeros(2, 3)
# expect:      |     ^~~~~~~~~~~
# expect:   help: several numbers of shape are written in ( ): (2, 3)
# expect: extra_numbers.mg:4:5: error: sum takes 1 argument by position, not 2
# expect:    4 | b = sum(x, 0)
# expect:      |     ^~~~~~~~~
# expect:   help: axis is given by its name: axis = ..
# expect: extra_numbers.mg:5:5: error: reshape takes 2 arguments by position, not 3
# expect:    5 | c = reshape(x, 3, 2)
# expect:      |     ^~~~~~~~~~~~~~~~
# expect:   help: several numbers of shape are written in ( ): (2, 3)
# expect: extra_numbers.mg:6:5: error: exp takes 1 argument by position, not 2
# expect:    6 | d = exp(x, x)
# expect:      |     ^~~~~~~~~
# expect: extra_numbers.mg:7:7: error: an integer is divided by 0
# expect:    7 | e = t // 0
# expect:      |     ~~^~~~
# expect: extra_numbers.mg:8:7: error: an integer is divided by 0
# expect:    8 | f = t % 0
# expect:      |     ~~^~~
