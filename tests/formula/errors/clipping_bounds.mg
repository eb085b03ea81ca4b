param p = 1
train { clip_norm = 0; clip_value = -1; clip = 2 }

# expect: clipping_bounds.mg:2:21: error: clip_norm must be more than 0
# expect:    2 | train { clip_norm = 0; clip_value = -1; clip = 2 }
# expect:      |                     ^
# expect: clipping_bounds.mg:2:37: error: clip_value must be more than 0
# expect:    2 | train { clip_norm = 0; clip_value = -1; clip = 2 }
# expect:      |                                     ^~
# expect: clipping_bounds.mg:2:41: error: train has no key clip
# expect:    2 | train { clip_norm = 0; clip_value = -1; clip = 2 }
# expect:      |                                         ^~~~
# expect:   help: optimiser, epochs, batch, seed, val, patience, clip_norm, clip_value
