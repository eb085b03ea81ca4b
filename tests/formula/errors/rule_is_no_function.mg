input x
rule r(w, g) { w := w - g }
y = r(x, x)
z = repeat(2, adam, x)

# expect: rule_is_no_function.mg:3:5: error: r is a rule, which only train can use
# expect:    3 | y = r(x, x)
# expect:      |     ^~~~~~~
# expect:   help: train { optimiser = r }
# expect: rule_is_no_function.mg:4:15: error: adam is a rule, which only train can use
# expect:    4 | z = repeat(2, adam, x)
# expect:      |               ^~~~
