input x[2]
h = dense(x, 3)
loss = sum(h)
train {
  optimiser = adam
  optimiser h.dense.w = sgd
  optimiser *.bias = sgd(lr = 0.1)
  optimiser h.* = lion
}

# expect: optimiser_pattern_matches_nothing.mg:6:13: error: no parameter is called h.dense.w
# expect:    6 |   optimiser h.dense.w = sgd
# expect:      |             ^~~~~~~~~
# expect:   help: did you mean h.dense.W?
# expect: optimiser_pattern_matches_nothing.mg:7:13: error: no parameter is called *.bias
# expect:    7 |   optimiser *.bias = sgd(lr = 0.1)
# expect:      |             ^~~~~~
# expect:   help: h.dense.W is one; * stands for any characters
