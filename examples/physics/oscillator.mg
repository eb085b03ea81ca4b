# matgrad train oscillator.mg --data DATA, with DATA made by make_data.py: 200
# epochs end with |u - sin t| < 0.006 for t from -3 to 3; with --optimiser
# 'adam(lr = 3e-3 * cosine(step / steps))' with less than 0.001.
# a network that learns the solution of u'' = -u, u(0) = 0, u'(0) = 1 (it is sin t)
input t                                  # a number
n = dense(tanh(dense(tanh(dense([t], 32)), 32)), 1)
output u = t + t^2 * n[0]                # meets both conditions whatever n is
ddu  = grad(grad(u, t), t)               # a derivative is a value like any other
loss = (ddu + u)^2

rule heavy_ball(w, g, lr = 0.01, mu = 0.9) {
  state v = zeros_like(w)
  v := mu * v + g                        # from here on v means the new value
  w := w - lr * v
}
train { optimiser = heavy_ball(lr = 0.0005); epochs = 200; batch = 32 }
