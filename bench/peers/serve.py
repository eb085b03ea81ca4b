"""What the peers' programs share: timing, and answering one row after the other.

A program is started once and reads the names of rows, a line each; it answers
each with {"step_us": ..., "forward_us": ...} in one line of JSON, or with null
for a row that it does not know. Rows may be named as arguments instead.
"""
import json
import sys
import time

ROUNDS, SECONDS = 5, 0.3


def best_of_rounds(call):
    """The best of the rounds' mean times of a call, in microseconds."""
    for _ in range(3):
        call()
    calls, seconds = 1, 0.0
    while seconds < SECONDS / 10:
        calls *= 2
        seconds = time_calls(call, calls)
    calls = int(calls * SECONDS / seconds) + 1
    return min(time_calls(call, calls) for _ in range(ROUNDS)) / calls * 1e6


def time_calls(call, calls):
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return time.perf_counter() - start


def answer(make, name):
    """make(name) gives the calls of one training step and one forward pass."""
    calls = make(name)
    if calls is None:
        return None
    step, forward = calls
    return {"step_us": best_of_rounds(step), "forward_us": best_of_rounds(forward)}


def serve(make):
    for line in sys.argv[1:] or sys.stdin:
        print(json.dumps(answer(make, line.strip())), flush=True)
