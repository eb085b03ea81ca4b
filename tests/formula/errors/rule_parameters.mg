rule a(w) { w := w }
rule b(w = 1, g) { w := w - g }
rule c(w, g, w) { w := w - g }
param p = 1
train { optimiser = a }

# expect: rule_parameters.mg:1:6: error: rule a wants two parameters first: the weight and its gradient
# expect:    1 | rule a(w) { w := w }
# expect:      |      ^
# expect: rule_parameters.mg:2:8: error: w is given by the training step and has no default
# expect:    2 | rule b(w = 1, g) { w := w - g }
# expect:      |        ^
# expect: rule_parameters.mg:3:14: error: parameter w is given twice
# expect:    3 | rule c(w, g, w) { w := w - g }
# expect:      |              ^
