a = 1  2
b = 1 − 2

# expect: control_characters.mg:1:7: error: a control character (code 1) in the text
# expect:    1 | a = 1 ? 2
# expect:      |       ^
# expect: control_characters.mg:2:7: error: `−` is no character of the language
# expect:    2 | b = 1 − 2
# expect:      |       ^
# expect:   help: write the ASCII minus, -
