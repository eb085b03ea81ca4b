input t[5] int 12
param E[10,4] ~ normal(1)
a = E[t]
b = E[[0, 10]]
c = embedding(t, 10, 3)
d = one_hot(t, 11)

# expect: label_leaves_axis.mg:3:7: error: t runs from 0 to 11, but the axis has 10
# expect:    3 | a = E[t]
# expect:      |       ^
# expect: label_leaves_axis.mg:4:7: error: index 10 leaves the axis, which has 10
# expect:    4 | b = E[[0, 10]]
# expect:      |       ^~~~~~~
# expect: label_leaves_axis.mg:5:5: error: embedding: t runs from 0 to 11, but the axis has 10
# expect:    5 | c = embedding(t, 10, 3)
# expect:      |     ^~~~~~~~~~~~~~~~~~~
# expect: label_leaves_axis.mg:6:5: error: t runs from 0 to 11, but the axis has 11
# expect:    6 | d = one_hot(t, 11)
# expect:      |     ^~~~~~~~~~~~~~
