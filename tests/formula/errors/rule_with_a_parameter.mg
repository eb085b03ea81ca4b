param p[2] = 1
rule r(w, g) {
  param a = 1
  w := w - a * g
}
train { optimiser = r }

# expect: rule_with_a_parameter.mg:3:13: error: parameter a: a rule has no parameters of its own
# expect:    3 |   param a = 1
# expect:      |             ^
# expect:   note: in the call r at rule_with_a_parameter.mg:6:21
