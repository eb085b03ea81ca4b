input x[4]
a = resize(x)
b = rnn(x)
c = lstm(x)
d = gru(x)

# expect: planned_functions_2.mg:2:5: error: resize is not in this version yet
# expect:    2 | a = resize(x)
# expect:      |     ^~~~~~
# expect: planned_functions_2.mg:3:5: error: rnn is not in this version yet
# expect:    3 | b = rnn(x)
# expect:      |     ^~~
# expect: planned_functions_2.mg:4:5: error: lstm is not in this version yet
# expect:    4 | c = lstm(x)
# expect:      |     ^~~~
# expect: planned_functions_2.mg:5:5: error: gru is not in this version yet
# expect:    5 | d = gru(x)
# expect:      |     ^~~
