# Three classes by the alternating sum of eight numbers: a table larger than
# memory, written by big.py.
input  x[8]
target kind class 3

h = relu(dense(x, 32))
z = dense(h, 3)
output p = softmax(z)

loss = cross_entropy(z, kind)
metric accuracy = argmax(z) == kind

train { optimiser = adam(lr = 0.001); epochs = 1; batch = 1024; val = 0.02 }
