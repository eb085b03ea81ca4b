input x
y = 3x
z = x 3

# expect: juxtaposed_product.mg:2:5: error: `3` runs into `x`
# expect:    2 | y = 3x
# expect:      |     ^~
# expect:   help: a product is written 3 * x
# expect: juxtaposed_product.mg:3:7: error: `3` after a whole formula
# expect:    3 | z = x 3
# expect:      |       ^
