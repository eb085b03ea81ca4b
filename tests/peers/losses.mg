# Every loss of the library. The logits of the last are large.
input x[6]
target y[4]
target c class 4
target k[2] int 4
z = dense(x, 4)
half = l2(z, y)
squares = mse(z, y)
absolute = mae(z, y)
huber1 = huber(z, y)
huber2 = huber(z, y, delta = 0.3)
binary = binary_cross_entropy(z, sigmoid(y))
margin = hinge(z, sign(y))
there = kl(softmax(y), softmax(z))
back = kl(softmax(z), softmax(y))
label = cross_entropy(z, c)
labels = cross_entropy([z, 1000 * z], k)
loss = (2 * half + 3 * squares + 4 * absolute + 5 * huber1 + 6 * huber2 +
        7 * binary + 8 * margin + 9 * there + 10 * back + 11 * label +
        12 * mean(labels))
