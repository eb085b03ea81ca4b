def f(x) { y = x }
def g(x) {
  x + 1
  x + 2
}
h = 1
h + 1

# expect: block_without_value.mg:1:10: error: this block has no value
# expect:    1 | def f(x) { y = x }
# expect:      |          ^
# expect:   help: its last line must be a formula without a name
# expect: block_without_value.mg:3:5: error: nothing takes the value of this formula
# expect:    3 |   x + 1
# expect:      |   ~~^~~
# expect:   help: a block's value is its last line
# expect: block_without_value.mg:7:3: error: nothing takes the value of this formula
# expect:    7 | h + 1
# expect:      | ~~^~~
# expect:   help: give it a name: name = ..
