input x[4]
a = total(x)
b = batch_mean(x)
c = batch_var(x)
d = batch_size(x)
e = convolve(x)
f = conv(x)
g = maxpool(x)

# expect: planned_functions_2.mg:2:5: error: total is not in this version yet
# expect:    2 | a = total(x)
# expect:      |     ^~~~~
# expect: planned_functions_2.mg:3:5: error: batch_mean is not in this version yet
# expect:    3 | b = batch_mean(x)
# expect:      |     ^~~~~~~~~~
# expect: planned_functions_2.mg:4:5: error: batch_var is not in this version yet
# expect:    4 | c = batch_var(x)
# expect:      |     ^~~~~~~~~
# expect: planned_functions_2.mg:5:5: error: batch_size is not in this version yet
# expect:    5 | d = batch_size(x)
# expect:      |     ^~~~~~~~~~
# expect: planned_functions_2.mg:6:5: error: convolve is not in this version yet
# expect:    6 | e = convolve(x)
# expect:      |     ^~~~~~~~
# expect: planned_functions_2.mg:7:5: error: conv is not in this version yet
# expect:    7 | f = conv(x)
# expect:      |     ^~~~
# expect: planned_functions_2.mg:8:5: error: maxpool is not in this version yet
# expect:    8 | g = maxpool(x)
# expect:      |     ^~~~~~~
