n = 3 // 0
m = 3 % 0
k = 1.5 // 2

# expect: division_by_zero.mg:1:7: error: an integer is divided by 0
# expect:    1 | n = 3 // 0
# expect:      |     ~~^~~~
# expect: division_by_zero.mg:2:7: error: an integer is divided by 0
# expect:    2 | m = 3 % 0
# expect:      |     ~~^~~
# expect: division_by_zero.mg:3:9: error: // is for integers
# expect:    3 | k = 1.5 // 2
# expect:      |     ~~~~^~~~
