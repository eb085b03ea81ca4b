a = step + 1

# expect: step_outside_train.mg:1:5: error: step is known only in train and in rules
# expect:    1 | a = step + 1
# expect:      |     ^~~~
