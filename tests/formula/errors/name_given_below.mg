y = x + 1
input x

# expect: name_given_below.mg:1:5: error: x is not known
# expect:    1 | y = x + 1
# expect:      |     ^
# expect:   help: x is given on line 2; a name means what stands above it
