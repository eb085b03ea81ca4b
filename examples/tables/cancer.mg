# Malignant or benign, by thirty measurements of cell nuclei.
input  x[30]
target kind class 2

h = relu(dense(x, 16))
z = dense(h, 2)
output p = softmax(z)

loss = cross_entropy(z, kind)
penalty = 1e-3 * (sum(h.dense.W^2) + sum(z.dense.W^2))
metric accuracy = argmax(z) == kind

train { optimiser = adam(lr = 0.005); epochs = 60; batch = 32; val = 0.1 }
