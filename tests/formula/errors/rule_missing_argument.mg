param p = 1
rule r(w, g, lr) { w := w - lr * g }
train { optimiser = r }

# expect: rule_missing_argument.mg:3:21: error: r: argument lr is missing
# expect:    3 | train { optimiser = r }
# expect:      |                     ^
