input x
y = if x > 0 { x } else { 0 }
z = if training { x }
w = if training { [x] } else { x }

# expect: if_training_only.mg:2:8: error: only `if training` can be chosen when compiled
# expect:    2 | y = if x > 0 { x } else { 0 }
# expect:      |        ^
# expect:   help: where(condition, a, b) chooses by value
# expect: if_training_only.mg:3:22: error: the end of the line where `else` is wanted
# expect:    3 | z = if training { x }
# expect:      |                      ^
# expect:   help: both branches are wanted, and `else` follows `}` on its line
# expect: if_training_only.mg:4:5: error: the branches have different shapes: [1] when training, [] else
# expect:    4 | w = if training { [x] } else { x }
# expect:      |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
