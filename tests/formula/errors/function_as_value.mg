input x[3]
a = relu + x

# expect: function_as_value.mg:2:5: error: relu is a function, where a value is wanted
# expect:    2 | a = relu + x
# expect:      |     ^~~~
