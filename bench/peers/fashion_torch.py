"""The training of examples/fashion-mnist/mlp.mg by PyTorch, eager.

Pictures stay u8 in memory and are gathered by row, which is quicker than a
DataLoader.
"""
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import fashion as f


def standard(x):
    return (x.float() / 255 - f.MEAN) / f.DEVIATION


def accuracy(net, x, y):
    net.eval()
    with torch.no_grad():
        right = sum((net(standard(part)).argmax(1) == label).sum().item()
                    for part, label in zip(x.split(1000), y.split(1000)))
    net.train()
    return right / len(x)


def main():
    started = time.monotonic()
    torch.manual_seed(1)
    (x, y), held_out, test = (tuple(map(torch.tensor, part)) for part in f.splits())
    net = nn.Sequential(nn.Linear(784, f.HIDDEN), nn.ReLU(), nn.Dropout(f.DROPOUT),
                        nn.Linear(f.HIDDEN, 10))
    optimiser = torch.optim.Adam(net.parameters(), lr=f.RATE)
    random = np.random.default_rng(1)
    steps = -(-len(x) // f.BATCH) * f.EPOCHS
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    seconds = []
    for _ in range(f.EPOCHS):
        start = time.monotonic()
        for rows in map(torch.from_numpy, f.batches(len(x), random)):
            optimiser.zero_grad(set_to_none=True)
            loss = F.cross_entropy(net(standard(x[rows])), y[rows]) \
                + f.PENALTY * net[0].weight.square().sum()
            loss.backward()
            optimiser.step()
            schedule.step()
        accuracy(net, *held_out)
        seconds.append(time.monotonic() - start)
    f.report(started, seconds, accuracy(net, *test))


main()
