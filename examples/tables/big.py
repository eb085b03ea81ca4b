#!/usr/bin/env python3
"""Writes a table of about that many bytes to standard output: eight numbers
between -5 and 5 a row, and low, middle or high by their alternating sum.

    python3 big.py 2e9 >big.csv
"""
import random, sys

numbers = random.Random(1)
left = float(sys.argv[1])
print("a,b,c,d,e,f,g,h,kind")
while left > 0:
    rows = []
    for _ in range(10000):
        x = [numbers.random() * 10 - 5 for _ in range(8)]
        total = sum(x[::2]) - sum(x[1::2])
        kind = "low" if total < -4 else "middle" if total < 4 else "high"
        rows.append(",".join(f"{v:.5f}" for v in x) + "," + kind)
    text = "\n".join(rows) + "\n"
    sys.stdout.write(text)
    left -= len(text)
