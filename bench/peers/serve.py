"""What the peers' programs share: timing, and answering one row after the other.

A program is started once and reads rows, an object of JSON a line with the
row's name, file and batch; it answers each with {"step_us": ...,
"forward_us": ...} in one line of JSON: null for a row that it does not know,
{"error": ...} for one that it cannot do. The last row is kept, so a compiler's
work is done once for all rounds.
"""
import json
import sys
import time

from networks import NETWORKS

ROUNDS, SECONDS = 5, 0.2


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


def answer(make, row):
    """make(network, batch) gives the calls that are timed, by what they are:
    step, forward."""
    if row["file"] not in NETWORKS:
        return None
    calls = make(NETWORKS[row["file"]], row["batch"])
    return {what + "_us": call for what, call in calls.items()}


def serve(make):
    kept, calls = None, None
    for line in sys.stdin:
        row = json.loads(line)
        try:
            if row != kept:
                kept, calls = row, answer(make, row)
            times = calls and {what: best_of_rounds(call) for what, call in calls.items()}
        except Exception as error:  # the other rows are worth having
            kept, times = None, {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(times), flush=True)
