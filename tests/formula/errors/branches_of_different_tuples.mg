input x
a, b = if training { (x, x) } else { x }

# expect: branches_of_different_tuples.mg:2:8: error: the branches have different tuples
# expect:    2 | a, b = if training { (x, x) } else { x }
# expect:      |        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
