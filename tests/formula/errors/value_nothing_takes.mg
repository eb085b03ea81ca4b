input x
relu(x)

# expect: value_nothing_takes.mg:2:1: error: nothing takes the value of this formula
# expect:    2 | relu(x)
# expect:      | ^~~~~~~
# expect:   help: give it a name: name = ..
