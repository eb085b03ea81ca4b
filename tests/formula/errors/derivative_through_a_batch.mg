input x
m = if training { batch_mean(x) * x } else { x }
y = if training { d = batch_mean(x) * x; grad(d, x) } else { x }

# expect: derivative_through_a_batch.mg:3:42: error: grad: through batch_mean it would depend on other examples
# expect:    3 | y = if training { d = batch_mean(x) * x; grad(d, x) } else { x }
# expect:      |                                          ^~~~~~~~~~
