# Not in the list of rows.json: four residual blocks of width 512, each a layer
# norm, a dense layer and gelu.
input  x[512]
target c class 20

def block(h) { h + gelu(dense(layernorm(h), 512)) }

output z = dense(layernorm(repeat(4, block, x)), 20)
loss = cross_entropy(z, c)

train { optimiser = adam(lr = 1e-3); batch = 128 }
