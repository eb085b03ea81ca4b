input x[4]
a = scan(x)
b = convolve(x)
c = conv(x)
d = maxpool(x)
e = avgpool(x)

# expect: planned_functions_1.mg:2:5: error: scan is not in this version yet
# expect:    2 | a = scan(x)
# expect:      |     ^~~~
# expect: planned_functions_1.mg:3:5: error: convolve is not in this version yet
# expect:    3 | b = convolve(x)
# expect:      |     ^~~~~~~~
# expect: planned_functions_1.mg:4:5: error: conv is not in this version yet
# expect:    4 | c = conv(x)
# expect:      |     ^~~~
# expect: planned_functions_1.mg:5:5: error: maxpool is not in this version yet
# expect:    5 | d = maxpool(x)
# expect:      |     ^~~~~~~
# expect: planned_functions_1.mg:6:5: error: avgpool is not in this version yet
# expect:    6 | e = avgpool(x)
# expect:      |     ^~~~~~~
