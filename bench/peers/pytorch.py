"""Steps of PyTorch on the rows of bench; see serve.py.

    pytorch.py              eager
    pytorch.py --compile    the network by torch.compile

Threads: OMP_NUM_THREADS, which bench/run sets.
"""
import copy
import sys

import torch
from torch import nn
from torch.nn import functional as F

from networks import output_shape, shape_after
from serve import serve


class Residual(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        return x + self.layers(x)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        batch, places, width = x.shape
        q, k, v = (part.view(batch, places, self.heads, -1).transpose(1, 2)
                   for part in self.qkv(x).split(width, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(batch, places, width))


class Positions(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.place = nn.Parameter(torch.randn(shape) * 0.02)

    def forward(self, x):
        return x + self.place


PLAIN = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
         "flatten": nn.Flatten}


def make_layer(layer, shape):
    kind, *sizes = layer
    if kind in PLAIN:
        return PLAIN[kind]()
    if kind == "dense":
        return nn.Linear(shape[-1], sizes[0])
    if kind == "layernorm":
        return nn.LayerNorm(shape[-1])
    if kind == "attention":
        return Attention(shape[-1], sizes[0])
    if kind == "embedding":
        return nn.Embedding(*sizes)
    if kind == "dropout":
        return nn.Dropout(sizes[0])
    if kind == "positions":
        return Positions(shape)
    if kind == "residual":
        return Residual(make_layers(sizes[0], shape))
    raise ValueError(f"no layer {kind}")


def make_layers(layers, shape):
    modules = []
    for layer in layers:
        modules.append(make_layer(layer, shape))
        shape = shape_after(layer, shape)
    return nn.Sequential(*modules)


def cross_entropy(z, y):
    return F.cross_entropy(z.flatten(0, -2), y.flatten())


def half_squared_error(z, y):
    return (z - y).square().sum() / 2


LOSSES = {"cross_entropy": cross_entropy, "half_squared_error": half_squared_error,
          "mse": F.mse_loss}

OPTIMISERS = {
    "sgd": lambda weights: torch.optim.SGD(weights, lr=0.01),
    "momentum": lambda weights: torch.optim.SGD(weights, lr=0.01, momentum=0.9),
    "adam": lambda weights: torch.optim.Adam(weights, lr=1e-3),
}


def random_examples(network, batch):
    shape, out = (batch, *network.shape), (batch, *output_shape(network))
    x = torch.randint(network.symbols, shape) if network.symbols else torch.rand(shape)
    y = torch.randint(out[-1], out[:-1]) if network.loss == "cross_entropy" else torch.rand(out)
    return x, y


def make(network, batch, compiled=False):
    torch.manual_seed(1)
    net = make_layers(network.layers, network.shape)
    x, y = random_examples(network, batch)
    loss = LOSSES[network.loss]
    optimiser = OPTIMISERS[network.optimiser](net.parameters())
    use = copy.deepcopy(net).eval()
    run = torch.compile(net) if compiled else net
    run_in_use = torch.compile(use) if compiled else use

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss(run(x), y).backward()
        optimiser.step()

    def forward():
        with torch.no_grad():
            run_in_use(x)

    return {"step": step, "forward": forward}


if __name__ == "__main__":
    COMPILED = "--compile" in sys.argv[1:]
    serve(lambda network, batch: make(network, batch, COMPILED))
