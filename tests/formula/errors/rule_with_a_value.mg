param p = 1
rule r(w, g) {
  w := w - g
  w
}
train { optimiser = r }

# expect: rule_with_a_value.mg:4:3: error: nothing takes the value of this formula
# expect:    4 |   w
# expect:      |   ^
# expect:   help: a rule has no value: w := .. is its result
