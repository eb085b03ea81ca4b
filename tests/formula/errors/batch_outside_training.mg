input x[3]
m = batch_mean(x)
v = if training { x } else { batch_var(x) }
n = 1 / batch_size

# expect: batch_outside_training.mg:2:5: error: batch_mean is known only under `if training`
# expect:    2 | m = batch_mean(x)
# expect:      |     ^~~~~~~~~~~~~
# expect:   help: if training { .. batch_mean .. } else { .. }
# expect: batch_outside_training.mg:3:30: error: batch_var is known only under `if training`
# expect:    3 | v = if training { x } else { batch_var(x) }
# expect:      |                              ^~~~~~~~~~~~
# expect:   help: if training { .. batch_var .. } else { .. }
# expect: batch_outside_training.mg:4:9: error: batch_size is known only under `if training`
# expect:    4 | n = 1 / batch_size
# expect:      |         ^~~~~~~~~~
# expect:   help: if training { .. batch_size .. } else { .. }
