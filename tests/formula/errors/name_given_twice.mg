input x
x = 3

# expect: name_given_twice.mg:2:1: error: x is given twice; first on line 1
# expect:    2 | x = 3
# expect:      | ^
