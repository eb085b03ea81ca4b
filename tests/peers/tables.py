#!/usr/bin/python3
"""Tables beside scikit-learn: the networks of examples/tables train on three
quarters of the rows and are tested on the rest; accuracy must be at least 0.95,
and the R2 of diabetes is set beside that of scikit-learn's own network of the
same size on the same rows, as it comes and with a part held out to stop early,
which the networks here do too.

    make tables
    /usr/bin/python3 tests/peers/tables.py build/matgrad

Needs python3-sklearn. Exit status 1 if one is not good enough.
"""
import csv, json, pathlib, subprocess, sys, tempfile
import numpy as np
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = pathlib.Path(__file__).parents[2]
TABLES = ROOT / "build/tables"
LEAST = 0.95
MOST_BEHIND = 0.05  # of R2, which seeds of either move by as much


def read(path, number):
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    x = np.array([[float(v) for v in row[:-1]] for row in rows])
    return x, np.array([number(row[-1]) for row in rows])


def matgrad(program, folder, name, target):
    data = f"{TABLES / name}-train.csv?target={target}&standardise=yes"
    test = f"{TABLES / name}-test.csv?target={target}"
    run = folder / name
    subprocess.run([program, "train", ROOT / f"examples/tables/{name}.mg", "--data", data,
                    "--test", test, "--out", run], check=True, capture_output=True)
    done = subprocess.run([program, "eval", run, "--json"], check=True, capture_output=True)
    return json.loads(done.stdout)


def sklearn(name, kind, number, hidden, **settings):
    x, y = read(TABLES / f"{name}-train.csv", number)
    scale = y.std() if number is float else 1
    shift = y.mean() if number is float else 0
    network = kind((hidden,), max_iter=2000, random_state=1, **settings)
    peer = make_pipeline(StandardScaler(), network)
    peer.fit(x, (y - shift) / scale if number is float else y)
    x, y = read(TABLES / f"{name}-test.csv", number)
    if number is float:
        return r2_score(y, peer.predict(x) * scale + shift)
    return peer.score(x, y)


def main():
    program = sys.argv[1]
    good = True
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, target, hidden in [("wine", "cultivar", 16), ("cancer", "kind", 16),
                                     ("iris", "species", 8)]:
            ours = matgrad(program, folder, name, target)["accuracy"]
            peer = sklearn(name, MLPClassifier, str, hidden)
            print(f"{name:9} accuracy {ours:.4f}   scikit-learn {peer:.4f}")
            good = good and ours >= LEAST
        ours = matgrad(program, folder, "diabetes", "progression")["r2"]
        peer = sklearn("diabetes", MLPRegressor, float, 32)
        early = sklearn("diabetes", MLPRegressor, float, 32, early_stopping=True)
        print(f"diabetes  R2       {ours:.4f}   scikit-learn {peer:.4f}, "
              f"stopped early {early:.4f}")
        good = good and ours >= max(peer, early) - MOST_BEHIND
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
