input a class 0
input b[3] class 2
input c[3] flaot 2
input d, e
input f int 1.5

# expect: input_forms.mg:1:15: error: the number of classes must be at least 1
# expect:    1 | input a class 0
# expect:      |               ^
# expect: input_forms.mg:2:12: error: `class` is one label and takes no dimensions
# expect:    2 | input b[3] class 2
# expect:      |            ^~~~~
# expect:   help: write `int K` for several
# expect: input_forms.mg:3:12: error: after the name come [dims], `class K` or `int K`
# expect:    3 | input c[3] flaot 2
# expect:      |            ^~~~~
# expect: input_forms.mg:4:8: error: after the name come [dims], `class K` or `int K`
# expect:    4 | input d, e
# expect:      |        ^
# expect:   help: one input a statement
# expect: input_forms.mg:5:13: error: the number of classes must be an integer known when compiled, but 1.5 is a real number
# expect:    5 | input f int 1.5
# expect:      |             ^~~
