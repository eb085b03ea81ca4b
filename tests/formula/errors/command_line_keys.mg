# set: epochs = 0; optimiser = adam(lr = step / stesp); optimiser W = sgd(; val = x
input x

# expect: --optimiser:1:18: error: stesp is not known
# expect:    1 | adam(lr = step / stesp)
# expect:      |                  ^~~~~
# expect:   help: did you mean step?
# expect: --set:1:7: error: val must be a number made of constants
# expect:    1 | val = x
# expect:      |       ^
# expect: --set:1:10: error: epochs must be at least 1
# expect:    1 | epochs = 0
# expect:      |          ^
# expect: --set:1:18: error: `(` is never closed
# expect:    1 | optimiser W = sgd(
# expect:      |                  ^
