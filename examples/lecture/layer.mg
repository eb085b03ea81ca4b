# A layer is a matrix: its rows are the neurons' weights. 3-3-2, no bias:
#   matgrad explain layer.mg --at x=0.5,0.9,-0.3
input x[3]

param H[3,3] = [[1, -2, 2], [2, 1, -4], [1, -1, 0]]
param O[2,3] = [[-3, 1, -3], [0, 1, 2]]

h = sigmoid(H @ x)
output y = sigmoid(O @ h)
