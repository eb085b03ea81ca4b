x = true == not true

# expect: not_after_comparison.mg:1:13: error: `not` is weaker than the operator before it
# expect:    1 | x = true == not true
# expect:      |             ^~~
# expect:   help: put it in brackets: (not ..)
