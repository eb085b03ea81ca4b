input x[3]
target y
state s[3] = 0
s := 0.9 * s + x
state t = 0
t := y
state u[3] = 0
u := random(3)

# expect: update_depends_on_the_example.mg:4:14: error: s is the same for every example, but its new value depends on an input
# expect:    4 | s := 0.9 * s + x
# expect:      |      ~~~~~~~~^~~
# expect:   help: batch_mean(x) is the mean over the batch
# expect: update_depends_on_the_example.mg:6:6: error: t is the same for every example, but its new value depends on a target
# expect:    6 | t := y
# expect:      |      ^
# expect:   help: batch_mean(x) is the mean over the batch
# expect: update_depends_on_the_example.mg:8:6: error: u is the same for every example, but its new value depends on random numbers
# expect:    8 | u := random(3)
# expect:      |      ^~~~~~~~~
# expect:   help: batch_mean(x) is the mean over the batch
