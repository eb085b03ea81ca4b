"""Steps of PyTorch (eager) on the rows of bench/rows.json; see serve.py.

Threads: OMP_NUM_THREADS, which bench/run sets.
"""
import torch
from torch import nn
from torch.nn import functional as F

from serve import serve


def network(sizes, activation, last=()):
    layers = [nn.Flatten()]
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers[:-1], *last)


def half_squared_error(z, y):
    return (z - y).square().sum() / 2


def lecture():
    net = network([2, 2, 1], nn.Sigmoid, [nn.Sigmoid()])
    return net, torch.rand(1, 2), torch.rand(1, 1), half_squared_error


def classifier(sizes, activation, batch, shape):
    labels = torch.randint(0, sizes[-1], (batch,))
    return network(sizes, activation), torch.rand(batch, *shape), labels, F.cross_entropy


def mlp(batch):
    return classifier([784, 256, 128, 10], nn.ReLU, batch, (28, 28))


def wide(batch):
    return classifier([1024, 1024, 1024, 10], nn.GELU, batch, (1024,))


ROWS = {
    "lecture-2-2-1": lecture,
    "mlp-784-256-128-10-b1": lambda: mlp(1),
    "mlp-784-256-128-10-b64": lambda: mlp(64),
    "mlp-784-256-128-10-b256": lambda: mlp(256),
    "mlp-784-256-128-10-b1024": lambda: mlp(1024),
    "mlp-784-256-128-10-b64-adam": lambda: mlp(64),
    "mlp-1024x3-gelu-b256": lambda: wide(256),
}


def make(name):
    if name not in ROWS:
        return None
    torch.manual_seed(1)
    net, x, y, loss = ROWS[name]()
    weights = net.parameters()
    optimiser = torch.optim.Adam(weights, lr=1e-3) if name.endswith("adam") \
        else torch.optim.SGD(weights, lr=0.01)

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss(net(x), y).backward()
        optimiser.step()

    def forward():
        with torch.no_grad():
            net(x)

    return step, forward


if __name__ == "__main__":
    serve(make)
