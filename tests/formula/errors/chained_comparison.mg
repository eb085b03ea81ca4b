x = 1 < 2 < 3

# expect: chained_comparison.mg:1:11: error: comparisons do not chain
# expect:    1 | x = 1 < 2 < 3
# expect:      |           ^
# expect:   help: write a < b and b < c
