train { clip_norm = 1; clip_value = 2; optimiser = lion() }

# expect: planned_train_keys.mg:1:9: error: clip_norm is not in this version yet
# expect:    1 | train { clip_norm = 1; clip_value = 2; optimiser = lion() }
# expect:      |         ^~~~~~~~~
# expect: planned_train_keys.mg:1:24: error: clip_value is not in this version yet
# expect:    1 | train { clip_norm = 1; clip_value = 2; optimiser = lion() }
# expect:      |                        ^~~~~~~~~~
# expect: planned_train_keys.mg:1:52: error: lion is not in this version yet
# expect:    1 | train { clip_norm = 1; clip_value = 2; optimiser = lion() }
# expect:      |                                                    ^~~~
