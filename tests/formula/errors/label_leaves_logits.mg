input x[5]
target c class 6
loss = cross_entropy(x, c)

# expect: label_leaves_logits.mg:3:8: error: cross_entropy: c runs from 0 to 5, but the axis has 5
# expect:    3 | loss = cross_entropy(x, c)
# expect:      |        ^~~~~~~~~~~~~~~~~~~
