x = 1 + 2)
y = z1

# expect: stray_closer.mg:1:10: error: `)` closes nothing
# expect:    1 | x = 1 + 2)
# expect:      |          ^
# expect: stray_closer.mg:2:5: error: z1 is not known
# expect:    2 | y = z1
# expect:      |     ^~
