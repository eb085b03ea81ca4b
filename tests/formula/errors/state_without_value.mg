state n
state m[3]

# expect: state_without_value.mg:1:7: error: state n has no initial value
# expect:    1 | state n
# expect:      |       ^
# expect:   help: write = value
# expect: state_without_value.mg:2:7: error: state m has no initial value
# expect:    2 | state m[3]
# expect:      |       ^
# expect:   help: write = value
