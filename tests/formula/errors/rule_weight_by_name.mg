param p = 1
train { optimiser = sgd(lr = 0.1, w = p, g = 3) }

# expect: rule_weight_by_name.mg:2:35: error: sgd has no argument w
# expect:    2 | train { optimiser = sgd(lr = 0.1, w = p, g = 3) }
# expect:      |                                   ^
# expect: rule_weight_by_name.mg:2:42: error: sgd has no argument g
# expect:    2 | train { optimiser = sgd(lr = 0.1, w = p, g = 3) }
# expect:      |                                          ^
