input x[6,2]
y = groupnorm(x, 4)
z = groupnorm(x)

# expect: groupnorm_groups.mg:2:5: error: groupnorm: split: axis 0 has 6 elements, which are not 4 equal parts
# expect:    2 | y = groupnorm(x, 4)
# expect:      |     ^~~~~~~~~~~~~~~
# expect: groupnorm_groups.mg:3:5: error: groupnorm: argument groups is missing
# expect:    3 | z = groupnorm(x)
# expect:      |     ^~~~~~~~~~~~
