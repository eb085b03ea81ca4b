state s = 3
rule r(w, g) {
  state v = zeros_like(w)
  v := v + g
  w := w - v
}
weight = s
q := 2

# expect: planned_statements.mg:1:1: error: `state` is not in this version yet
# expect:    1 | state s = 3
# expect:      | ^~~~~
# expect: planned_statements.mg:2:1: error: `rule` is not in this version yet
# expect:    2 | rule r(w, g) {
# expect:      | ^~~~
# expect: planned_statements.mg:7:1: error: `weight` is not in this version yet
# expect:    7 | weight = s
# expect:      | ^~~~~~
# expect: planned_statements.mg:8:3: error: `:=` is not in this version yet
# expect:    8 | q := 2
# expect:      |   ^~
