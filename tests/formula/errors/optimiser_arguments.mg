input x
param w = 1
train {
  optimiser = adam(lr = x, beta = 1, beta1 = w, 1, [1, 2])
}

# expect: optimiser_arguments.mg:4:25: error: an optimiser's argument is made of constants, step and steps, but this depends on an input
# expect:    4 |   optimiser = adam(lr = x, beta = 1, beta1 = w, 1, [1, 2])
# expect:      |                         ^
# expect: optimiser_arguments.mg:4:28: error: adam has no argument beta
# expect:    4 |   optimiser = adam(lr = x, beta = 1, beta1 = w, 1, [1, 2])
# expect:      |                            ^~~~
# expect:   help: did you mean beta1?
# expect: optimiser_arguments.mg:4:46: error: an optimiser's argument is made of constants, step and steps, but this depends on a parameter
# expect:    4 |   optimiser = adam(lr = x, beta = 1, beta1 = w, 1, [1, 2])
# expect:      |                                              ^
# expect: optimiser_arguments.mg:4:49: error: an argument without a name after one with a name
# expect:    4 |   optimiser = adam(lr = x, beta = 1, beta1 = w, 1, [1, 2])
# expect:      |                                                 ^
# expect: optimiser_arguments.mg:4:52: error: an argument without a name after one with a name
# expect:    4 |   optimiser = adam(lr = x, beta = 1, beta1 = w, 1, [1, 2])
# expect:      |                                                    ^~~~~~
