# The 2-2-1 network with the numbers that the slides compute with, b1 = (-1.5,
# -4.5):
#   matgrad explain koehn-slides.mg --at x=1,0 --at y=1
# The slides draw -4.6 instead: koehn.mg.
input  x[2]
target y[1]

param W1[2,2] = [[3.7, 3.7], [2.9, 2.9]]
param b1[2]   = [-1.5, -4.5]
param W2[1,2] = [[4.5, -5.2]]
param b2[1]   = [-2.0]

h = sigmoid(W1 @ x + b1)
output z = sigmoid(W2 @ h + b2)

loss = 1/2 * sum((z - y)^2)

train { optimiser = sgd(lr = 0.01) }
