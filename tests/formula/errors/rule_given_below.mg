param p = 1
train { optimiser = mine(lr = 1) }
rule mine(w, g, lr) { w := w - lr * g }

# expect: rule_given_below.mg:2:21: error: mine is no optimiser
# expect:    2 | train { optimiser = mine(lr = 1) }
# expect:      |                     ^~~~
# expect:   help: mine is given on line 3; a name means what stands above it
