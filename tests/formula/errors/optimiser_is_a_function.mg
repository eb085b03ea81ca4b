param p = 1
def f(w, g) { w - g }
train { optimiser = f; optimiser p = 3; optimiser p* = relu }

# expect: optimiser_is_a_function.mg:3:21: error: f is no optimiser
# expect:    3 | train { optimiser = f; optimiser p = 3; optimiser p* = relu }
# expect:      |                     ^
# expect:   help: there are sgd, momentum, nesterov, adam, adamw, rmsprop, adagrad, lion; rule name(w, g) { .. } makes another
# expect: optimiser_is_a_function.mg:3:38: error: 3 is no optimiser
# expect:    3 | train { optimiser = f; optimiser p = 3; optimiser p* = relu }
# expect:      |                                      ^
# expect:   help: there are sgd, momentum, nesterov, adam, adamw, rmsprop, adagrad, lion; rule name(w, g) { .. } makes another
# expect: optimiser_is_a_function.mg:3:56: error: relu is no optimiser
# expect:    3 | train { optimiser = f; optimiser p = 3; optimiser p* = relu }
# expect:      |                                                        ^~~~
# expect:   help: there are sgd, momentum, nesterov, adam, adamw, rmsprop, adagrad, lion; rule name(w, g) { .. } makes another
