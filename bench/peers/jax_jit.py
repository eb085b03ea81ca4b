"""Steps of JAX (jit, CPU) on the rows of bench/rows.json; see serve.py.

The whole step is one compiled function that is given the old weights' memory.
"""
import functools
import math

import jax
import jax.numpy as jnp

from serve import serve


def layers(sizes):
    """Weights [in, out] and biases, uniform as in PyTorch's Linear."""
    keys = jax.random.split(jax.random.PRNGKey(1), len(sizes))
    made = []
    for key, n_in, n_out in zip(keys, sizes, sizes[1:]):
        end = 1 / math.sqrt(n_in)
        w, b = jax.random.split(key)
        made.append({"W": jax.random.uniform(w, (n_in, n_out), minval=-end, maxval=end),
                     "b": jax.random.uniform(b, (n_out,), minval=-end, maxval=end)})
    return made


def forward(activation, last, weights, x):
    x = x.reshape(x.shape[0], -1)
    for layer in weights[:-1]:
        x = activation(x @ layer["W"] + layer["b"])
    return last(x @ weights[-1]["W"] + weights[-1]["b"])


def half_squared_error(z, y):
    return jnp.sum((z - y) ** 2) / 2


def cross_entropy(z, y):
    logs = jax.nn.log_softmax(z)
    return -jnp.mean(jnp.take_along_axis(logs, y[:, None], axis=-1))


def same(x):
    return x


gelu = functools.partial(jax.nn.gelu, approximate=False)


def uniform(shape):
    return jax.random.uniform(jax.random.PRNGKey(2), shape)


def lecture():
    net = functools.partial(forward, jax.nn.sigmoid, jax.nn.sigmoid)
    return net, layers([2, 2, 1]), uniform((1, 2)), uniform((1, 1)), half_squared_error


def classifier(sizes, activation, batch, shape):
    labels = jax.random.randint(jax.random.PRNGKey(3), (batch,), 0, sizes[-1])
    net = functools.partial(forward, activation, same)
    return net, layers(sizes), uniform((batch, *shape)), labels, cross_entropy


def mlp(batch):
    return classifier([784, 256, 128, 10], jax.nn.relu, batch, (28, 28))


def wide(batch):
    return classifier([1024, 1024, 1024, 10], gelu, batch, (1024,))


ROWS = {
    "lecture-2-2-1": lecture,
    "mlp-784-256-128-10-b1": lambda: mlp(1),
    "mlp-784-256-128-10-b64": lambda: mlp(64),
    "mlp-784-256-128-10-b256": lambda: mlp(256),
    "mlp-784-256-128-10-b1024": lambda: mlp(1024),
    "mlp-784-256-128-10-b64-adam": lambda: mlp(64),
    "mlp-1024x3-gelu-b256": lambda: wide(256),
}


def sgd(weights, gradients, state):
    return jax.tree.map(lambda w, g: w - 0.01 * g, weights, gradients), state


def adam(weights, gradients, state):
    m, v, t = state["m"], state["v"], state["t"] + 1
    m = jax.tree.map(lambda s, g: 0.9 * s + 0.1 * g, m, gradients)
    v = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, v, gradients)
    size = 1e-3 / (1 - 0.9 ** t)
    scale = 1 / jnp.sqrt(1 - 0.999 ** t)

    def new(w, first, second):
        return w - size * first / (scale * jnp.sqrt(second) + 1e-8)

    return jax.tree.map(new, weights, m, v), {"m": m, "v": v, "t": t}


def make(name):
    if name not in ROWS:
        return None
    net, weights, x, y, loss = ROWS[name]()
    update = adam if name.endswith("adam") else sgd
    zeros = functools.partial(jax.tree.map, jnp.zeros_like)
    state = {"m": zeros(weights), "v": zeros(weights), "t": jnp.zeros(())}

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def train(weights, state, x, y):
        value, gradients = jax.value_and_grad(lambda w: loss(net(w, x), y))(weights)
        weights, state = update(weights, gradients, state)
        return weights, state, value

    compiled = jax.jit(net)
    kept = jax.tree.map(jnp.copy, weights)
    now = [weights, state]

    def step():
        now[0], now[1], value = train(now[0], now[1], x, y)
        value.block_until_ready()

    return step, lambda: compiled(kept, x).block_until_ready()


if __name__ == "__main__":
    serve(make)
