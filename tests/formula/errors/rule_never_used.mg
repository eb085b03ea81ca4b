rule r(w, g) {
  state v = zeros_like(w)
  v := v + gg
  u := 2
  w := w - v
}

# expect: rule_never_used.mg:3:12: error: gg is not known
# expect:    3 |   v := v + gg
# expect:      |            ^~
# expect: rule_never_used.mg:4:3: error: u is not known
# expect:    4 |   u := 2
# expect:      |   ^
# expect:   help: state u = .. makes one
