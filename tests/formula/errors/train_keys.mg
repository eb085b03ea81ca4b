train {
  optimizer = adam
  epochs = 0
  batch = 2.5
  batch = 8
  val = 1
  lr = 1
}

# expect: train_keys.mg:2:3: error: train has no key optimizer
# expect:    2 |   optimizer = adam
# expect:      |   ^~~~~~~~~
# expect:   help: did you mean optimiser?
# expect: train_keys.mg:3:12: error: epochs must be at least 1
# expect:    3 |   epochs = 0
# expect:      |            ^
# expect: train_keys.mg:4:11: error: batch must be an integer known when compiled, but 2.5 is a real number
# expect:    4 |   batch = 2.5
# expect:      |           ^~~
# expect: train_keys.mg:5:3: error: batch is given twice; first on line 4
# expect:    5 |   batch = 8
# expect:      |   ^~~~~
# expect: train_keys.mg:6:9: error: val is a share of the examples: 0 or more, less than 1
# expect:    6 |   val = 1
# expect:      |         ^
# expect: train_keys.mg:7:3: error: train has no key lr
# expect:    7 |   lr = 1
# expect:      |   ^~
# expect:   help: optimiser, epochs, batch, seed, val, patience, clip_norm, clip_value
