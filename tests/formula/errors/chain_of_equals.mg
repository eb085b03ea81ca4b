a = b = 3

# expect: chain_of_equals.mg:1:7: error: `=` after a whole formula
# expect:    1 | a = b = 3
# expect:      |       ^
