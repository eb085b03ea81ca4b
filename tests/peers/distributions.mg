# Two distributions brought together, in two ways.
input  x[6]
target q[4]
p = softmax(dense(x, 4))
t = softmax(q)
l = log_softmax(dense(x, 4))
loss = kl(t, p) - dot(t, l) + hinge(p - 0.5, sign(q))
