# Attention and products of vectors.

# Scaled dot-product attention   (Vaswani et al. 2017)
#   q [.., n, d], k [.., m, d], v [.., m, e] -> [.., n, e]
#   softmax(q k' / sqrt(d)) v, where mask (broadcast to [.., n, m]) is true.
def attention(q, k, v, mask = true) {
  softmax(where(mask, q @ k' / sqrt(shape(q)[-1]), -inf)) @ v
}

# Heads to the front.          x [T, D] -> [h, T, D/h]
def heads_first(x, h) {
  T, D = shape(x)
  transpose(reshape(x, (T, h, D // h)), (1, 0, 2))
}

# And back.                    x [h, T, d] -> [T, h d]
def heads_last(x) {
  h, T, d = shape(x)
  reshape(transpose(x, (1, 0, 2)), (T, h * d))
}

# Outer product.               u [m], v [n] -> [m, n];  y[i, j] = u[i] v[j]
def outer(u, v) { reshape(u, (size(u), 1)) * reshape(v, (1, size(v))) }

# Inner product.               u [n], v [n] -> [];      y = sum u[i] v[i]
def dot(u, v) { sum(same_shape(u, v) * v) }
