"""Batch normalisation beside PyTorch's: ten steps of training, with what the
layers remember, and the network in use, in f64.

    python3 tests/peers/batchnorm.py build/matgrad

Needs torch. Exit status 1 if a weight, a running mean or variance, or an
output differs by more than 1e-9.
"""
import json, pathlib, sys, tempfile
import torch
import torch.nn.functional as F
from runs import call, train, worst, write_data

TOLERANCE = 1e-9
STEPS = 10
torch.set_default_dtype(torch.float64)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.n = torch.nn.BatchNorm1d(2)
        self.h = torch.nn.Linear(6, 4)
        self.m = torch.nn.BatchNorm1d(4, momentum=0.3, eps=1e-3)
        self.z = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.z(torch.tanh(self.m(self.h(self.n(x).flatten(1)))))

    def weights(self):
        """By the names that the formulas give them."""
        layers = {"n.batchnorm": self.n, "h.dense": self.h, "h.batchnorm": self.m,
                  "z.dense": self.z}
        named = {}
        for name, layer in layers.items():
            named |= {name + ".W": layer.weight, name + ".b": layer.bias}
            if isinstance(layer, torch.nn.BatchNorm1d):
                named |= {name + ".running_mean": layer.running_mean,
                          name + ".running_var": layer.running_var}
        return named


def train_torch(start, x, y):
    network = Network()
    with torch.no_grad():
        for name, value in network.weights().items():
            if name in start:
                value.copy_(start[name])
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    for _ in range(STEPS):
        optimiser.zero_grad()
        F.mse_loss(network(x), y).backward()
        optimiser.step()
    return network


def predict(program, run, data):
    lines = call(program, "predict", run, "--data", data, "--part", "train").splitlines()
    return torch.tensor([json.loads(line)["outputs"]["z"] for line in lines])


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/matgrad"
    torch.manual_seed(5)
    x, y = 2 + 3 * torch.randn(12, 2, 3), torch.randn(12, 2)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_data(folder / "data", x, y)
        start = train(program, "batchnorm.mg", folder / "data", folder / "still",
                      "--optimiser", "sgd(lr = 0)", "--epochs", 1)
        start = {k: v for k, v in start.items() if "running" not in k}
        mine = train(program, "batchnorm.mg", folder / "data", folder / "run")
        theirs = train_torch(start, x, y)
        weights = worst(mine, theirs.weights())
        theirs.eval()
        # Of a folder it would be the best epoch's weights.
        z = predict(program, folder / "run" / "last.safetensors", folder / "data")
        outputs = worst({"z": z}, {"z": theirs(x)})
    print(f"ten steps: weights and running statistics {weights:.1e}; in use: outputs "
          f"{outputs:.1e}")
    sys.exit(max(weights, outputs) > TOLERANCE)


main()
