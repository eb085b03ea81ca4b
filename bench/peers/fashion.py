"""What the trainings of examples/fashion-mnist/mlp.mg by peers share: the
pictures and numbers of that file, and what is printed at the end."""
import gzip
import json
import pathlib
import time

import numpy as np

FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")
BATCH, EPOCHS, HELD_OUT = 64, 10, 0.1
HIDDEN, DROPOUT, PENALTY, RATE = 256, 0.2, 2e-5, 1e-3
MEAN, DEVIATION = 0.286, 0.353


def read_idx(name, header):
    with gzip.open(FOLDER / name) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def pictures(part):
    """u8 [n, 784] and labels [n]."""
    x = read_idx(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return x, read_idx(f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int64)


def splits():
    """Training, held-out and test examples, each x, y."""
    x, y = pictures("train")
    order = np.random.default_rng(1).permutation(len(x))
    held_out = int(len(x) * HELD_OUT)
    train, rest = order[held_out:], order[:held_out]
    return (x[train], y[train]), (x[rest], y[rest]), pictures("t10k")


def batches(n, random):
    """The rows of each step of an epoch."""
    order = random.permutation(n)
    return [order[i:i + BATCH] for i in range(0, n, BATCH)]


def report(started, seconds, accuracy):
    """started: the monotonic clock when training began; seconds: a list, of each
    epoch with its measuring."""
    print(json.dumps({"seconds": time.monotonic() - started, "epoch_seconds": seconds,
                      "accuracy": accuracy}))
