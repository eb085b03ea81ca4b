# Words as rows of a table, averaged, classified; the table is used twice.
input  t[6] int 9
target c class 4
param E[9,5] ~ normal(1)
w = E[t]
first = E[t[0]]
h = tanh(mean(w, axis = 0) + 0.5 * first)
output z = dense(h, 4)
loss = cross_entropy(z, c)
penalty = 1e-3 * sum(E^2)
