param b = 1
train { optimiser b = sgd; optimiser b = adam; epochs b = 3 }

# expect: optimiser_pattern_twice.mg:2:28: error: optimiser is given twice; first on line 2
# expect:    2 | train { optimiser b = sgd; optimiser b = adam; epochs b = 3 }
# expect:      |                            ^~~~~~~~~
# expect: optimiser_pattern_twice.mg:2:55: error: a name where `=` is wanted
# expect:    2 | train { optimiser b = sgd; optimiser b = adam; epochs b = 3 }
# expect:      |                                                       ^
