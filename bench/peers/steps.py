"""Exactly N steps of a peer, as bench/steps does them.

    steps.py torch|jax FILE BATCH N

Prints when the first step ended (seconds of the monotonic clock), and the most
memory that the process had, N steps later.
"""
import json
import sys
import time


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:")),
                    0)


def main():
    peer, file, batch, steps = sys.argv[1:]
    if peer == "torch":
        from pytorch import make
    else:
        from jax_jit import make
    from networks import NETWORKS

    step = make(NETWORKS[file], int(batch))["step"]
    step()
    first = time.monotonic()
    for _ in range(int(steps)):
        step()
    print(json.dumps({"first_step_at": first, "steps": int(steps), "peak_bytes": peak_bytes()}))


main()
