inptu x[3]
foo bar

# expect: unknown_statement.mg:1:1: error: `inptu` begins no statement
# expect:    1 | inptu x[3]
# expect:      | ^~~~~
# expect:   help: did you mean input?
# expect: unknown_statement.mg:2:1: error: `foo` begins no statement
# expect:    2 | foo bar
# expect:      | ^~~
