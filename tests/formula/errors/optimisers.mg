param w = 1
train { optimiser = adamm(lr = 1) }

# expect: optimisers.mg:2:21: error: adamm is no optimiser
# expect:    2 | train { optimiser = adamm(lr = 1) }
# expect:      |                     ^~~~~
# expect:   help: did you mean adam?
