def f(x) {
  rule r(w, g) { w := w - g }
  x
}

# expect: rule_not_at_top_level.mg:2:3: error: `rule` stands at top level only
# expect:    2 |   rule r(w, g) { w := w - g }
# expect:      |   ^~~~
