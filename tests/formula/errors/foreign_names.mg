input x[2, 3]
a = ln(x)
b = np.exp(x)
c = x.T
d = x.shape[0]
e = pow(x, 2)
f = True
g = .5 * x
_h = x
é = x
i = x
  + 1
j = frob(x)
k = lx

# expect: foreign_names.mg:2:5: error: ln is not known
# expect:    2 | a = ln(x)
# expect:      |     ^~
# expect:   help: the natural logarithm is log(x)
# expect: foreign_names.mg:3:5: error: np is not known
# expect:    3 | b = np.exp(x)
# expect:      |     ^~~~~~
# expect:   help: functions stand by their names alone: exp(x)
# expect: foreign_names.mg:4:5: error: there is no x.T
# expect:    4 | c = x.T
# expect:      |     ^~~
# expect:   help: a transpose is written with '
# expect: foreign_names.mg:5:5: error: there is no x.shape
# expect:    5 | d = x.shape[0]
# expect:      |     ^~~~~~~
# expect:   help: write shape(x)
# expect: foreign_names.mg:6:5: error: pow is not known
# expect:    6 | e = pow(x, 2)
# expect:      |     ^~~
# expect:   help: a power is written with ^: x^2
# expect: foreign_names.mg:7:5: error: True is not known
# expect:    7 | f = True
# expect:      |     ^~~~
# expect:   help: write true
# expect: foreign_names.mg:8:5: error: `.` is no character of the language
# expect:    8 | g = .5 * x
# expect:      |     ^
# expect:   help: a number begins with a digit: 0.5
# expect: foreign_names.mg:9:1: error: `_` is no character of the language
# expect:    9 | _h = x
# expect:      | ^
# expect:   help: a name begins with a letter
# expect: foreign_names.mg:10:1: error: `é` is no character of the language
# expect:   10 | é = x
# expect:      | ^
# expect:   help: names are made of ASCII and Greek letters, digits and _
# expect: foreign_names.mg:12:3: error: nothing takes the value of this formula
# expect:   12 |   + 1
# expect:      |   ^~~
# expect:   help: a formula goes on in the next line inside ( )
# expect: foreign_names.mg:13:5: error: frob is not known
# expect:   13 | j = frob(x)
# expect:      |     ^~~~
# expect: foreign_names.mg:14:5: error: lx is not known
# expect:   14 | k = lx
# expect:      |     ^~
