input x[4]
a = avgpool(x)
b = resize(x)
c = batchnorm(x)
d = groupnorm(x)
e = rnn(x)
f = lstm(x)
g = gru(x)

# expect: planned_functions_3.mg:2:5: error: avgpool is not in this version yet
# expect:    2 | a = avgpool(x)
# expect:      |     ^~~~~~~
# expect: planned_functions_3.mg:3:5: error: resize is not in this version yet
# expect:    3 | b = resize(x)
# expect:      |     ^~~~~~
# expect: planned_functions_3.mg:4:5: error: batchnorm is not in this version yet
# expect:    4 | c = batchnorm(x)
# expect:      |     ^~~~~~~~~
# expect: planned_functions_3.mg:5:5: error: groupnorm is not in this version yet
# expect:    5 | d = groupnorm(x)
# expect:      |     ^~~~~~~~~
# expect: planned_functions_3.mg:6:5: error: rnn is not in this version yet
# expect:    6 | e = rnn(x)
# expect:      |     ^~~
# expect: planned_functions_3.mg:7:5: error: lstm is not in this version yet
# expect:    7 | f = lstm(x)
# expect:      |     ^~~~
# expect: planned_functions_3.mg:8:5: error: gru is not in this version yet
# expect:    8 | g = gru(x)
# expect:      |     ^~~
