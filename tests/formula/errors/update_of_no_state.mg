input x
y = x + 1
y := 2
z := 3
state mean = 0
def f(v) { man := 2 * v; v }

# expect: update_of_no_state.mg:3:1: error: y is no state
# expect:    3 | y := 2
# expect:      | ^
# expect:   help: := gives a state its new value; = names a value
# expect: update_of_no_state.mg:4:1: error: z is not known
# expect:    4 | z := 3
# expect:      | ^
# expect:   help: state z = .. makes one
# expect: update_of_no_state.mg:6:12: error: man is not known
# expect:    6 | def f(v) { man := 2 * v; v }
# expect:      |            ^~~
# expect:   help: did you mean mean?
