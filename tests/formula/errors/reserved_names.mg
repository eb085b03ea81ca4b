input inf[2]
param if = 2
true = 3
def f(not) { 1 }
output pi = 2

# expect: reserved_names.mg:1:7: error: `inf` where a name is wanted
# expect:    1 | input inf[2]
# expect:      |       ^~~
# expect:   help: `inf` is a reserved word; choose another name
# expect: reserved_names.mg:2:7: error: `if` where a name is wanted
# expect:    2 | param if = 2
# expect:      |       ^~
# expect:   help: `if` is a reserved word; choose another name
# expect: reserved_names.mg:3:1: error: `true` where a name is wanted
# expect:    3 | true = 3
# expect:      | ^~~~
# expect:   help: `true` is a reserved word; choose another name
# expect: reserved_names.mg:4:7: error: `not` where a name is wanted
# expect:    4 | def f(not) { 1 }
# expect:      |       ^~~
# expect:   help: `not` is a reserved word; choose another name
# expect: reserved_names.mg:5:8: error: `pi` where a name is wanted
# expect:    5 | output pi = 2
# expect:      |        ^~
# expect:   help: `pi` is a reserved word; choose another name
