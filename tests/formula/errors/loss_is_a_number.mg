input x[3]
target y[3]
loss = (x - y)^2
metric m = x == y

# expect: loss_is_a_number.mg:3:15: error: the loss must be a number, but its shape is [3]
# expect:    3 | loss = (x - y)^2
# expect:      |        ~~~~~~~^~
# expect:   help: did you mean mean((x - y)^2)?
# expect: loss_is_a_number.mg:4:14: error: a metric must be a number, but its shape is [3]
# expect:    4 | metric m = x == y
# expect:      |            ~~^~~~
# expect:   help: did you mean mean(x == y)?
