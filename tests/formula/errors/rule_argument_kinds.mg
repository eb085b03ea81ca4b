param p = 1
train { optimiser = sgd(lr = [1, 2]); optimiser p = sgd(sin); optimiser *p = sgd(random(())) }

# expect: rule_argument_kinds.mg:2:30: error: an optimiser's argument is a number
# expect:    2 | train { optimiser = sgd(lr = [1, 2]); optimiser p = sgd(sin); optimiser *p = sgd(random(())) }
# expect:      |                              ^~~~~~
# expect: rule_argument_kinds.mg:2:57: error: sin is a function, where a value is wanted
# expect:    2 | train { optimiser = sgd(lr = [1, 2]); optimiser p = sgd(sin); optimiser *p = sgd(random(())) }
# expect:      |                                                         ^~~
# expect: rule_argument_kinds.mg:2:82: error: random: train draws no random numbers
# expect:    2 | …gd(lr = [1, 2]); optimiser p = sgd(sin); optimiser *p = sgd(random(())) }
# expect:      |                                                              ^~~~~~~~~~
