input χ[3]
λ = χ + [1, 2] # é

# expect: unicode_columns.mg:2:7: error: χ + [1, 2]: χ is [3] but [1, 2] is [2]
# expect:    2 | λ = χ + [1, 2] # é
# expect:      |     ~~^~~~~~~~
