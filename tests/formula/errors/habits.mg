a = 2 ** 3
b = !true
c = true && false
d = "text"

# expect: habits.mg:1:7: error: `**` is no character of the language
# expect:    1 | a = 2 ** 3
# expect:      |       ^~
# expect:   help: a power is written with ^
# expect: habits.mg:2:5: error: `!` is no character of the language
# expect:    2 | b = !true
# expect:      |     ^
# expect:   help: write `not`
# expect: habits.mg:3:10: error: `&&` is no character of the language
# expect:    3 | c = true && false
# expect:      |          ^~
# expect:   help: write `and`
# expect: habits.mg:4:5: error: `"` is no character of the language
# expect:    4 | d = "text"
# expect:      |     ^~~~~~
# expect:   help: text in quotes has no meaning here
