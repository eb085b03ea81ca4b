# set: epochs = 0; optimiser = adam(lr = step / stesp)
input x

# expect: --set:1:10: error: epochs must be at least 1
# expect:    1 | epochs = 0; optimiser = adam(lr = step / stesp)
# expect:      |          ^
# expect: --set:1:42: error: stesp is not known
# expect:    1 | epochs = 0; optimiser = adam(lr = step / stesp)
# expect:      |                                          ^~~~~
# expect:   help: did you mean step?
