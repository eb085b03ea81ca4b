input x[3]
z = x and x > 0

# expect: logic_of_reals.mg:2:7: error: and wants truth values, but x holds numbers
# expect:    2 | z = x and x > 0
# expect:      |     ~~^~~~~~~~~
