# Optimisers: one step for a parameter w with the gradient g of loss + penalty.
# The formulas and defaults are PyTorch's. step counts the steps done, from 0.
# weight_decay d adds d w to the gradient, but for adamw and lion, which shrink
# the weight apart from it. train { optimiser = adam; optimiser *.b = sgd }
# gives parameters whose path fits the pattern a rule of their own.

# Gradient descent, w - lr g   (Robbins, Monro 1951)
rule sgd(w, g, lr = 0.01, weight_decay = 0) {
  d = where(weight_decay == 0, g, g + weight_decay * w)
  w := w - lr * d
}

# With momentum: v = mu v + g, w - lr v   (Polyak 1964)
rule momentum(w, g, lr = 0.01, mu = 0.9, weight_decay = 0) {
  state v = zeros_like(w)
  d = where(weight_decay == 0, g, g + weight_decay * w)
  v := mu * v + d
  w := w - lr * v
}

# Looking ahead: v = mu v + g, w - lr (g + mu v)   (Nesterov 1983)
rule nesterov(w, g, lr = 0.01, mu = 0.9, weight_decay = 0) {
  state v = zeros_like(w)
  d = where(weight_decay == 0, g, g + weight_decay * w)
  v := mu * v + d
  w := w - lr * (d + mu * v)
}

# Means of g and of g^2 that forget, corrected for their start at 0:
#   m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,  t = step + 1
#   w - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
# (Kingma, Ba 2015)
rule adam(w, g, lr = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8,
          weight_decay = 0) {
  state m = zeros_like(w)
  state v = zeros_like(w)
  d = where(weight_decay == 0, g, g + weight_decay * w)
  m := beta1 * m + (1 - beta1) * d
  v := beta2 * v + (1 - beta2) * (d * d)
  size = lr / (1 - beta1^(step + 1))
  scale = rsqrt(1 - beta2^(step + 1))
  w := w - size * (m / (sqrt(v) * scale + epsilon))
}

# Adam whose weight decay stands apart: w (1 - lr weight_decay) first
# (Loshchilov, Hutter 2019)
rule adamw(w, g, lr = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8,
           weight_decay = 0.01) {
  state m = zeros_like(w)
  state v = zeros_like(w)
  m := beta1 * m + (1 - beta1) * g
  v := beta2 * v + (1 - beta2) * (g * g)
  size = lr / (1 - beta1^(step + 1))
  scale = rsqrt(1 - beta2^(step + 1))
  kept = where(weight_decay == 0, w, w * (1 - lr * weight_decay))
  w := kept - size * (m / (sqrt(v) * scale + epsilon))
}

# Gradients by the root of their mean square:
#   v = alpha v + (1 - alpha) g^2,  w - lr g / (sqrt(v) + epsilon)
# (Tieleman, Hinton 2012)
rule rmsprop(w, g, lr = 0.01, alpha = 0.99, epsilon = 1e-8, weight_decay = 0) {
  state v = zeros_like(w)
  d = where(weight_decay == 0, g, g + weight_decay * w)
  v := alpha * v + (1 - alpha) * (d * d)
  w := w - lr * (d / (sqrt(v) + epsilon))
}

# Gradients by the root of the sum of their squares so far:
#   s = s + g^2,  w - lr / (1 + step lr_decay) g / (sqrt(s) + epsilon)
# (Duchi, Hazan, Singer 2011)
rule adagrad(w, g, lr = 0.01, lr_decay = 0, epsilon = 1e-10, weight_decay = 0) {
  state s = zeros_like(w)
  d = where(weight_decay == 0, g, g + weight_decay * w)
  s := s + d * d
  w := w - lr / (1 + step * lr_decay) * (d / (sqrt(s) + epsilon))
}

# Signs alone, of a mean that looks further back than the step:
#   w - lr (sign(beta1 m + (1 - beta1) g) + weight_decay w),
#   m = beta2 m + (1 - beta2) g   (Chen et al. 2023)
rule lion(w, g, lr = 1e-4, beta1 = 0.9, beta2 = 0.99, weight_decay = 0) {
  state m = zeros_like(w)
  kept = where(weight_decay == 0, w, w * (1 - lr * weight_decay))
  w := kept - lr * sign(beta1 * m + (1 - beta1) * g)
  m := beta2 * m + (1 - beta2) * g
}
