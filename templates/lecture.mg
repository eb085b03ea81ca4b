# The network of the lecture: two inputs, two hidden neurons, one output (after
# Philipp Koehn). Look at one step of its training, every number of it:
#
#   matgrad explain THIS --at x=1,0 --at y=1
#
# and at the matrices that backpropagation never builds:
#
#   matgrad explain THIS --at x=1,0 --at y=1 --jacobians
#
# The gradients that all of it is made of, as formulas:
#
#   matgrad derive THIS

# One example: what the network is shown, and what it should answer.
input  x[2]
target y[1]

# A layer is a matrix. Its rows are the neurons: row 0 of W1 holds the weights
# of the first hidden neuron, b1[0] is what that neuron adds.
param W1[2,2] = [[3.7, 3.7], [2.9, 2.9]]
param b1[2]   = [-1.5, -4.6]
param W2[1,2] = [[4.5, -5.2]]
param b2[1]   = [-2.0]

# Forward. @ is the matrix product; sigmoid works on every element.
h = sigmoid(W1 @ x + b1)
output z = sigmoid(W2 @ h + b2)

# How wrong the answer is: L2(y, z) = 1/2 (z - y)^2, so dL2/dz = z - y.
loss = 1/2 * sum((z - y)^2)

# The update: W <- W - lr * dW, for each parameter.
train { optimiser = sgd(lr = 0.01) }

# If you have the slides beside you, four of their numbers differ:
# - They draw b1 with -4.6 and compute with -4.5. Put -4.5 above, and h is
#   (.900, .168) as they print it.
# - They carry the error as y - z, so their gradients have the opposite sign of
#   the z - y that they derive. Subtracted as printed, they would raise the
#   loss.
# - One slide prints dW1 as 0.171 and -0.03 where it is 0.0171 and -0.0308.
# - The update slide prints W1 transposed.
#
# To try: --lr 1 makes a larger step. More rows in W1 and b1 (and columns in
# W2) make a larger hidden layer. Does the gradient still pass the test?
#
#   matgrad gradcheck THIS
