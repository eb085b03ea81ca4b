"""Steps of JAX (jit, CPU) on the rows of bench; see serve.py.

The whole step is one compiled function that is given the old weights' memory.
"""
import functools
import math

import jax
import jax.numpy as jnp
import numpy as np

from networks import output_shape, shape_after
from serve import serve

RANDOM = np.random.default_rng(1)


def uniform(shape, end):
    return jnp.asarray(RANDOM.uniform(-end, end, shape), jnp.float32)


def normal(shape, deviation):
    return jnp.asarray(RANDOM.normal(0, deviation, shape), jnp.float32)


# ---- Layers: for each kind its weights, and what it makes of x; in training
# with a key for random numbers ----


def linear(n_in, n_out):
    """Weights [in, out] and biases, uniform as in PyTorch's Linear."""
    end = 1 / math.sqrt(n_in)
    return {"W": uniform((n_in, n_out), end), "b": uniform((n_out,), end)}


def dense(weights, x, _=None):
    return x @ weights["W"] + weights["b"]


def layernorm(weights, x, _):
    mean = x.mean(-1, keepdims=True)
    variance = x.var(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * weights["W"] + weights["b"]


def attention(heads, weights, x, _):
    batch, places, width = x.shape
    q, k, v = (part.reshape(batch, places, heads, -1).transpose(0, 2, 1, 3)
               for part in jnp.split(dense(weights["qkv"], x), 3, -1))
    scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(width // heads)
    seen = jnp.tril(jnp.ones((places, places), bool))
    y = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf), -1) @ v
    return dense(weights["out"], y.transpose(0, 2, 1, 3).reshape(x.shape))


def dropout(rate, _, x, key):
    if key is None:
        return x
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


PLAIN = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid,
         "gelu": functools.partial(jax.nn.gelu, approximate=False),
         "flatten": lambda x: x.reshape(x.shape[0], -1)}


def make_layer(layer, shape):
    kind, *sizes = layer
    width = shape[-1]
    if kind in PLAIN:
        return {}, lambda weights, x, key: PLAIN[kind](x)
    if kind == "dense":
        return linear(width, sizes[0]), dense
    if kind == "layernorm":
        return {"W": jnp.ones(width), "b": jnp.zeros(width)}, layernorm
    if kind == "attention":
        weights = {"qkv": linear(width, 3 * width), "out": linear(width, width)}
        return weights, functools.partial(attention, sizes[0])
    if kind == "embedding":
        return {"W": normal(sizes, 1)}, lambda weights, x, key: weights["W"][x]
    if kind == "positions":
        return {"P": normal(shape, 0.02)}, lambda weights, x, key: x + weights["P"]
    if kind == "dropout":
        return {}, functools.partial(dropout, sizes[0])
    if kind == "residual":
        weights, inner = make_layers(sizes[0], shape)
        return weights, lambda weights, x, key: x + inner(weights, x, key)
    raise ValueError(f"no layer {kind}")


def make_layers(layers, shape):
    made = []
    for layer in layers:
        made.append(make_layer(layer, shape))
        shape = shape_after(layer, shape)
    calls = [call for _, call in made]

    def run(weights, x, key=None):
        for place, (call, of_layer) in enumerate(zip(calls, weights)):
            own = None if key is None else jax.random.fold_in(key, place)
            x = call(of_layer, x, own)
        return x

    return [weights for weights, _ in made], run


# ---- Losses and optimisers ----


def cross_entropy(z, y):
    logs = jax.nn.log_softmax(z)
    return -jnp.mean(jnp.take_along_axis(logs, y[..., None], axis=-1))


LOSSES = {"cross_entropy": cross_entropy,
          "half_squared_error": lambda z, y: jnp.sum((z - y) ** 2) / 2,
          "mse": lambda z, y: jnp.mean((z - y) ** 2)}


def sgd(weights, gradients, state):
    return jax.tree.map(lambda w, g: w - 0.01 * g, weights, gradients), state


def momentum(weights, gradients, state):
    v = jax.tree.map(lambda s, g: 0.9 * s + g, state["m"], gradients)
    return jax.tree.map(lambda w, s: w - 0.01 * s, weights, v), {**state, "m": v}


def adam(weights, gradients, state, rate=1e-3):
    m, v, t = state["m"], state["v"], state["t"] + 1
    m = jax.tree.map(lambda s, g: 0.9 * s + 0.1 * g, m, gradients)
    v = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, v, gradients)
    size = rate / (1 - 0.9 ** t)
    scale = 1 / jnp.sqrt(1 - 0.999 ** t)

    def new(w, first, second):
        return w - size * first / (scale * jnp.sqrt(second) + 1e-8)

    return jax.tree.map(new, weights, m, v), {**state, "m": m, "v": v, "t": t}


OPTIMISERS = {"sgd": sgd, "momentum": momentum, "adam": adam}

# ---- The row ----


def random_examples(network, batch):
    shape, out = (batch, *network.shape), (batch, *output_shape(network))
    x = jnp.asarray(RANDOM.integers(0, network.symbols, shape)) if network.symbols \
        else jnp.asarray(RANDOM.random(shape), jnp.float32)
    y = jnp.asarray(RANDOM.integers(0, out[-1], out[:-1])) if network.loss == "cross_entropy" \
        else jnp.asarray(RANDOM.random(out), jnp.float32)
    return x, y


def make(network, batch):
    weights, net = make_layers(network.layers, network.shape)
    x, y = random_examples(network, batch)
    loss, update = LOSSES[network.loss], OPTIMISERS[network.optimiser]
    zeros = functools.partial(jax.tree.map, jnp.zeros_like)
    state = {"m": zeros(weights), "v": zeros(weights), "t": jnp.zeros(())}
    if any(kind == "dropout" for kind, *_ in network.layers):
        state["key"] = jax.random.key(1)

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def train(weights, state, x, y):
        key = None
        if "key" in state:
            rest, key = jax.random.split(state["key"])
            state = {**state, "key": rest}
        value, gradients = jax.value_and_grad(lambda w: loss(net(w, x, key), y))(weights)
        weights, state = update(weights, gradients, state)
        return weights, state, value

    compiled = jax.jit(net)
    kept = jax.tree.map(jnp.copy, weights)
    now = [weights, state]

    def step():
        now[0], now[1], value = train(now[0], now[1], x, y)
        value.block_until_ready()

    return {"step": step, "forward": lambda: compiled(kept, x).block_until_ready()}


if __name__ == "__main__":
    serve(make)
