state s[3] = 0
s := 1
s := [1, 2]

# expect: update_changes_the_shape.mg:2:6: error: s is [3] but its new value is []
# expect:    2 | s := 1
# expect:      |      ^
# expect: update_changes_the_shape.mg:3:6: error: s is [3] but its new value is [2]
# expect:    3 | s := [1, 2]
# expect:      |      ^~~~~~
