param p = 1
rule lazy(w, g, lr = 0.1) { step_size = lr * g }
train { optimiser = lazy }

# expect: rule_without_new_weight.mg:3:21: error: lazy gives w no new value: w := .. is missing
# expect:    3 | train { optimiser = lazy }
# expect:      |                     ^~~~
