def f(x) {
  x + 1
y = f(2)

# expect: unclosed_brace.mg:1:10: error: `{` is never closed
# expect:    1 | def f(x) {
# expect:      |          ^
