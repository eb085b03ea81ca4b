input x
y = total(x)
metric m = total(x) + x
metric n = total(total(x) * x)

# expect: total_outside_a_metric.mg:2:5: error: total is known only in a metric
# expect:    2 | y = total(x)
# expect:      |     ^~~~~~~~
# expect:   help: metric name = total(..) sums over the data
# expect: total_outside_a_metric.mg:3:21: error: a metric with total is one number for all data, but outside total this depends on an input
# expect:    3 | metric m = total(x) + x
# expect:      |            ~~~~~~~~~^~~
# expect: total_outside_a_metric.mg:4:12: error: a total of a total: total(x) * x is one number for all data already
# expect:    4 | metric n = total(total(x) * x)
# expect:      |            ^~~~~~~~~~~~~~~~~~~
