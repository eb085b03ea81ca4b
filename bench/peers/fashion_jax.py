"""The training of examples/fashion-mnist/mlp.mg by JAX: a step is one compiled
function that gathers its batch too."""
import functools
import time

import jax
import jax.numpy as jnp
import numpy as np

import fashion as f
from jax_jit import adam, cross_entropy, dense, linear


def net(weights, x, key=None):
    h = jax.nn.relu(dense(weights[0], (x.astype(jnp.float32) / 255 - f.MEAN) / f.DEVIATION))
    if key is not None:
        kept = jax.random.bernoulli(key, 1 - f.DROPOUT, h.shape)
        h = jnp.where(kept, h / (1 - f.DROPOUT), 0)
    return dense(weights[1], h)


def loss(weights, x, y, key):
    return cross_entropy(net(weights, x, key), y) + f.PENALTY * jnp.sum(weights[0]["W"] ** 2)


@functools.partial(jax.jit, donate_argnums=(0, 1), static_argnums=5)
def step(weights, state, x, y, rows, steps):
    key = jax.random.fold_in(jax.random.PRNGKey(1), state["t"].astype(jnp.int32))
    gradients = jax.grad(loss)(weights, x[rows], y[rows], key)
    rate = f.RATE * (1 + jnp.cos(jnp.pi * state["t"] / steps)) / 2
    return adam(weights, gradients, state, rate)


@jax.jit
def count_right(weights, x, y):
    return (net(weights, x).argmax(1) == y).sum()


def accuracy(weights, x, y):
    right = sum(int(count_right(weights, x[i:i + 1000], y[i:i + 1000]))
                for i in range(0, len(x), 1000))
    return right / len(x)


def main():
    started = time.monotonic()
    (x, y), held_out, test = (tuple(map(jnp.asarray, part)) for part in f.splits())
    weights = [linear(784, f.HIDDEN), linear(f.HIDDEN, 10)]
    zeros = functools.partial(jax.tree.map, jnp.zeros_like)
    state = {"m": zeros(weights), "v": zeros(weights), "t": jnp.zeros(())}
    random = np.random.default_rng(1)
    steps = -(-len(x) // f.BATCH) * f.EPOCHS
    seconds = []
    for _ in range(f.EPOCHS):
        start = time.monotonic()
        for rows in f.batches(len(x), random):
            weights, state = step(weights, state, x, y, rows, steps)
        accuracy(weights, *held_out)
        seconds.append(time.monotonic() - start)
    f.report(started, seconds, accuracy(weights, *test))


main()
