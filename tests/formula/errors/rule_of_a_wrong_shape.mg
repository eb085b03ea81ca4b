param p[2,3] = 1
rule r(w, g) { w := sum(g) }
train { optimiser = r }

# expect: rule_of_a_wrong_shape.mg:2:21: error: w is [2, 3] but its new value is []
# expect:    2 | rule r(w, g) { w := sum(g) }
# expect:      |                     ^~~~~~
# expect:   note: in the call r at rule_of_a_wrong_shape.mg:3:21
