a = 1.2.3

# expect: point_in_number.mg:1:5: error: `1.2` runs into `.3`
# expect:    1 | a = 1.2.3
# expect:      |     ^~~~~
