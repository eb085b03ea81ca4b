input x
f = v -> v * late
late = 2
y = f(x)

# expect: closures_see_no_later_names.mg:2:14: error: late is not known
# expect:    2 | f = v -> v * late
# expect:      |              ^~~~
# expect:   help: late is given on line 3; a name means what stands above it
