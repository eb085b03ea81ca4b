#!/usr/bin/env python3
"""Writes a data set for oscillator.mg: n values of t, uniform in [-3, 3], and
sin t as labels, which the network does not see.

    python3 make_data.py FOLDER [n]

IDX files of doubles (LeCun, Cortes, Burges: The MNIST database): 0, 0, the
type 0x0E, the number of axes, their sizes, the elements, all big-endian.
"""
import math, pathlib, random, struct, sys


def write(path, values):
    header = struct.pack(">BBBBI", 0, 0, 0x0E, 1, len(values))
    path.write_bytes(header + struct.pack(f">{len(values)}d", *values))


folder = pathlib.Path(sys.argv[1])
n = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
numbers = random.Random(1)
t = [numbers.uniform(-3, 3) for _ in range(n)]
folder.mkdir(parents=True, exist_ok=True)
write(folder / "train-images-idx1-double", t)
write(folder / "train-labels-idx1-double", [math.sin(x) for x in t])
