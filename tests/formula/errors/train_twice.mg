train { epochs = 1 }
train { epochs = 2 }

# expect: train_twice.mg:2:1: error: train is given twice in this file
# expect:    2 | train { epochs = 2 }
# expect:      | ^~~~~
