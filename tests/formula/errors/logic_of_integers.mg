z = 1 or true

# expect: logic_of_integers.mg:1:7: error: or wants truth values, but 1 is an integer
# expect:    1 | z = 1 or true
# expect:      |     ~~^~~~~~~
