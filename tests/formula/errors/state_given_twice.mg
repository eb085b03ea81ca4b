state n = 0
state n = 1

# expect: state_given_twice.mg:2:7: error: n is given twice; first on line 1
# expect:    2 | state n = 1
# expect:      |       ^
