input x[3]
y = repeat(3, v -> v[1:] @ [1, 2], x)

# expect: repeat_changes_shapes.mg:2:21: error: v is a number and has no axes to index
# expect:    2 | y = repeat(3, v -> v[1:] @ [1, 2], x)
# expect:      |                    ~^~~~
# expect:   note: in the call repeat(3, v -> v[1:] @ [1, 2], x) at repeat_changes_shapes.mg:2:5
