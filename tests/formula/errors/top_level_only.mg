def f(x) {
  input y
  output z = x
  train { epochs = 1 }
  x
}

# expect: top_level_only.mg:2:3: error: `input` stands at top level only
# expect:    2 |   input y
# expect:      |   ^~~~~
# expect: top_level_only.mg:3:3: error: `output` stands at top level only
# expect:    3 |   output z = x
# expect:      |   ^~~~~~
# expect: top_level_only.mg:4:3: error: `train` stands at top level only
# expect:    4 |   train { epochs = 1 }
# expect:      |   ^~~~~
