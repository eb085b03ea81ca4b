input x[2]
metric epoch = sum(x)
metric val_loss = x[0]
metric m = x[1]
metric val_m = x[1]
metric val_k = x[0]
metric k = x[0]

# expect: metric_names.mg:2:8: error: a metric cannot be called epoch: the log of a run has another entry of that name
# expect:    2 | metric epoch = sum(x)
# expect:      |        ^~~~~
# expect: metric_names.mg:3:8: error: a metric cannot be called val_loss: the log of a run has another entry of that name
# expect:    3 | metric val_loss = x[0]
# expect:      |        ^~~~~~~~
# expect: metric_names.mg:5:8: error: a metric cannot be called val_m: the log of a run has another entry of that name
# expect:    5 | metric val_m = x[1]
# expect:      |        ^~~~~
# expect: metric_names.mg:7:8: error: a metric cannot be called k: the log of a run has another entry of that name
# expect:    7 | metric k = x[0]
# expect:      |        ^
