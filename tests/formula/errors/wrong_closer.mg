x = (1 + 2]

# expect: wrong_closer.mg:1:5: error: `(` is closed by `]` on line 1
# expect:    1 | x = (1 + 2]
# expect:      |     ^
