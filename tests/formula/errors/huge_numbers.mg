a = 1e999
b = 9223372036854775808
c = 9223372036854775807 + 1
d = 2^63

# expect: huge_numbers.mg:1:5: error: 1e999 is too large for a number
# expect:    1 | a = 1e999
# expect:      |     ^~~~~
# expect: huge_numbers.mg:2:5: error: 9223372036854775808 is too large for an integer (below 2^63)
# expect:    2 | b = 9223372036854775808
# expect:      |     ^~~~~~~~~~~~~~~~~~~
# expect: huge_numbers.mg:3:25: error: the integer leaves the range of 64 bits
# expect:    3 | c = 9223372036854775807 + 1
# expect:      |     ~~~~~~~~~~~~~~~~~~~~^~~
# expect: huge_numbers.mg:4:6: error: the integer leaves the range of 64 bits
# expect:    4 | d = 2^63
# expect:      |     ~^~~
