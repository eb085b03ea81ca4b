#!/usr/bin/python3
"""Writes tables of scikit-learn (Debian: python3-sklearn) as CSV files, each as
NAME-train.csv and NAME-test.csv: a quarter of the rows is for the test, of each
class alike.

    /usr/bin/python3 examples/tables/make_data.py FOLDER
"""
import csv, pathlib, sys
from sklearn import datasets
from sklearn.model_selection import train_test_split


def column(name):
    return name.replace(" (cm)", "").replace("/", "_").replace(" ", "_")


def write(path, names, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def table(folder, name, loaded, target, texts):
    names = [column(n) for n in loaded.feature_names] + [target]
    last = [texts[i] for i in loaded.target] if texts else loaded.target.tolist()
    rows = [[*x, y] for x, y in zip(loaded.data.tolist(), last)]
    train, test = train_test_split(rows, test_size=0.25, random_state=0,
                                   stratify=last if texts else None)
    write(folder / f"{name}-train.csv", names, train)
    write(folder / f"{name}-test.csv", names, test)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wine = ["barolo", "grignolino", "barbera"]
    table(folder, "wine", datasets.load_wine(), "cultivar", wine)
    cancer = datasets.load_breast_cancer()
    table(folder, "cancer", cancer, "kind", list(cancer.target_names))
    iris = datasets.load_iris()
    table(folder, "iris", iris, "species", list(iris.target_names))
    table(folder, "diabetes", datasets.load_diabetes(scaled=False), "progression", None)


if __name__ == "__main__":
    main()
