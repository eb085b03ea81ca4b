def f(x) {
  y = x + missing
  tahn(y)
}

# expect: unknown_in_uncalled_function.mg:2:11: error: missing is not known
# expect:    2 |   y = x + missing
# expect:      |           ^~~~~~~
# expect: unknown_in_uncalled_function.mg:3:3: error: tahn is not known
# expect:    3 |   tahn(y)
# expect:      |   ^~~~
# expect:   help: did you mean tanh?
