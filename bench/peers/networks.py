"""The networks of ../*.mg as lists of layers, from which each peer makes its own.

A layer is a tuple: a kind and its sizes. dense n; flatten; layernorm; attention
heads (causal, with its own dense layers); embedding symbols width; positions (a
parameter that is added); dropout rate; residual layers: x plus what they make of
x; and the activations by their names.
"""
from typing import NamedTuple


class Network(NamedTuple):
    shape: tuple        # of an example
    layers: list
    loss: str           # cross_entropy, half_squared_error, mse
    optimiser: str      # sgd, momentum, adam
    symbols: int = 0    # the inputs are integers below it


def perceptron(sizes, activation, dropout=0):
    """Dense layers with an activation between each two, and perhaps a dropout."""
    between = [(activation,), ("dropout", dropout)] if dropout else [(activation,)]
    layers = []
    for size in sizes:
        layers += [("dense", size), *between]
    return layers[:-len(between)]


def classifier(shape, sizes, activation, optimiser, dropout=0):
    layers = [("flatten",)] if len(shape) > 1 else []
    return Network(shape, layers + perceptron(sizes, activation, dropout), "cross_entropy",
                   optimiser)


def gpt(blocks, heads, places, width, symbols):
    block = [("residual", [("layernorm",), ("attention", heads)]),
             ("residual", [("layernorm",), *perceptron([4 * width, width], "gelu")])]
    layers = [("embedding", symbols, width), ("positions",), *(block * blocks),
              ("layernorm",), ("dense", symbols)]
    return Network((places,), layers, "cross_entropy", "adam", symbols)


def residual(width, blocks, classes):
    block = ("residual", [("layernorm",), ("dense", width), ("gelu",)])
    return Network((width,), [block] * blocks + [("layernorm",), ("dense", classes)],
                   "cross_entropy", "adam")


NETWORKS = {
    "lecture-2-2-1.mg": Network((2,), perceptron([2, 1], "sigmoid") + [("sigmoid",)],
                                "half_squared_error", "sgd"),
    "mlp-784-256-128-10.mg": classifier((28, 28), [256, 128, 10], "relu", "sgd"),
    "mlp-784-256-128-10-adam.mg": classifier((28, 28), [256, 128, 10], "relu", "adam"),
    "mlp-1024x3-gelu.mg": classifier((1024,), [1024, 1024, 10], "gelu", "sgd"),
    "gpt-4x128-t128.mg": gpt(blocks=4, heads=4, places=128, width=128, symbols=96),
    "tanh-300-150-7.mg": classifier((300,), [300, 150, 7], "tanh", "adam"),
    "regression-64.mg": Network((64,), [("dense", 96), ("sigmoid",), ("dense", 48), ("relu",),
                                        ("dense", 2)], "mse", "momentum"),
    "dropout-784-512-512-10.mg": classifier((28, 28), [512, 512, 10], "relu", "sgd",
                                            dropout=0.2),
    "residual-512x4.mg": residual(width=512, blocks=4, classes=20),
}


def shape_after(layer, shape):
    """The shape of an example behind a layer."""
    kind, *sizes = layer
    if kind == "flatten":
        size = 1
        for n in shape:
            size *= n
        return (size,)
    if kind == "dense":
        return (*shape[:-1], sizes[0])
    if kind == "embedding":
        return (*shape, sizes[1])
    return shape


def output_shape(network):
    shape = network.shape
    for layer in network.layers:
        shape = shape_after(layer, shape)
    return shape
