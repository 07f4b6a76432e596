"""Time the queries of a gene and of an attribute against reading them from the parquet, and the conversion; print ratios.

python -m tests.benchmarks.bench_attributes RELEASE    (predictions in the layout of lists)
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generain_core.attributes.predictions import Predictions
from generain_core.attributes.similar import similar
from generain_core.release.files import Release
from tests.benchmarks.bench_vectors import row
from tests.conftest import PROJECT


def best_seconds(call: Callable[[], object], times: int) -> float:
    """Return the shortest of several runs, which other work on the machine has disturbed least."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def memory() -> float:
    """Return the MiB that this process holds now."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


READ = "import sys, pyarrow.parquet as pq; pq.read_table(sys.argv[1])"
CONVERT = "import sys; from generain_core.attributes import convert; from generain_core.release.files import Release; "
CONVERT += "convert(Release.open(sys.argv[1]))"
WRITE = """
import os, sys, numpy as np
rows = np.zeros((int(sys.argv[2]), int(sys.argv[3])), np.float32)
for name in "ab":
    with open(os.path.join(sys.argv[1], name), "wb", buffering=0) as out:
        for _ in range(int(sys.argv[4])): out.write(rows.data)
        os.fsync(out.fileno())
"""


def conversion(release: Release, path: Path, shape: tuple[int, int]) -> None:
    """Time it in turns with a plain read, so that both meet the same load; print the best and the middle of the ratios."""
    whole = [sys.executable, "-m", "generain_core", "--release", str(release.root), "attributes", "--prepare"]
    found: dict[str, list[float]] = {"read": [], "write": [], "usable": [], "ranked": []}
    for _ in range(5):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two, tempfile.TemporaryDirectory() as cache:
            size = [str(max(1, shape[0] // 48)), str(shape[1]), "48"]
            found["read"].append(_seconds([sys.executable, "-c", READ, str(path)], one))
            found["write"].append(_seconds([sys.executable, "-c", WRITE, cache, *size], one))
            found["usable"].append(_seconds([sys.executable, "-c", CONVERT, str(release.root)], one))
            found["ranked"].append(_seconds(whole, two))
    floor = min(found["read"])
    row("floor: plain pyarrow read of the file, own process", floor)
    for name, what in (
        ("write", "bare write of its two arrays, own process"),
        ("usable", "conversion until it can be asked, own process"),
        ("ranked", "conversion with ranks, own process"),
    ):
        middle = float(np.median([ours / read for ours, read in zip(found[name], found["read"], strict=True)]))
        row(what, min(found[name]), f"of the floor (in turns: {middle:.1f} x)", min(found[name]) / floor)


def _seconds(line: list[str], cache: str) -> float:
    environment = os.environ | {"GENERAIN_CACHE": cache}
    start = time.perf_counter()
    subprocess.run(line, cwd=PROJECT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def queries(predictions: Predictions, path: Path, column: str) -> None:
    store = predictions.store
    rng = np.random.default_rng(0)
    genes, attributes = rng.permutation(len(store.genes)), rng.permutation(len(store.table))
    turn = iter(range(10**6))
    row_of = dict(enumerate(np.cumsum([pq.read_metadata(path).row_group(g).num_rows for g in range(_groups(path))])))

    def pandas_gene() -> None:
        frame = pd.read_parquet(path, columns=[column])
        place = int(genes[next(turn) % len(genes)])
        np.array([values[place] for values in frame[column]])

    def arrow_gene() -> None:
        pc.list_element(pq.read_table(path, columns=[column]).column(0), int(genes[next(turn) % len(genes)]))

    def pandas_attribute() -> None:
        pd.read_parquet(path, columns=[column])[column].iloc[int(attributes[next(turn) % len(attributes)])]

    def arrow_attribute() -> None:
        place = int(attributes[next(turn) % len(attributes)])
        group = next(g for g, end in row_of.items() if place < end)
        start = row_of[group - 1] if group else 0
        pq.ParquetFile(path).read_row_group(group, columns=[column]).column(0)[place - start].values.to_numpy()

    slow = {
        "gene": {"pandas, the column": best_seconds(pandas_gene, 2), "pyarrow, the column": best_seconds(arrow_gene, 3)},
        "attribute": {
            "pandas, the column": best_seconds(pandas_attribute, 2),
            "pyarrow, the row group": best_seconds(arrow_attribute, 5),
        },
    }
    calls = {
        "gene": lambda: predictions.of_gene(store.genes[genes[next(turn) % len(genes)]], 50),
        "attribute": lambda: predictions.of_attribute(str(store.attributes[attributes[next(turn) % len(attributes)]]), 50),
    }
    for what, call in calls.items():
        call()
        ours = best_seconds(call, 200)
        row(f"the 50 best of a random {what}, with rank and percentile", ours)
        for other, seconds in slow[what].items():
            row(f"    {other}, the bare numbers", seconds, "slower", seconds / ours)
    folded = best_seconds(lambda: predictions.of_gene(store.genes[genes[next(turn) % len(genes)]], 50, folded=True), 5)
    row("the 50 best of a random gene, folded", folded)
    row("attributes like one (all of them are read)", best_seconds(lambda: similar(store, next(turn) % len(attributes)), 3))


def _groups(path: Path) -> int:
    return int(pq.read_metadata(path).num_row_groups)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("--conversion", action="store_true", help="no queries")
    arguments = parser.parse_args()
    opened = Release.open(arguments.release)
    source = opened.path("attributes")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GENERAIN_CACHE"] = folder
        made = Predictions.open(opened)  # converts
        before = memory()
        start = time.perf_counter()
        made = Predictions.open(opened, made.resolver)
        row("open the store again", time.perf_counter() - start)
        for gene in made.store.genes[::400]:
            made.of_gene(gene, 50)
        for attribute in made.store.attributes[::100]:
            made.of_attribute(str(attribute), 50)
        similar(made.store, 0)
        print(f"memory added by opening, 128 queries and one pass over all attributes: {memory() - before:.0f} MiB")
        if not arguments.conversion:
            queries(made, source, "predicted_probabilities")
    conversion(opened, source, made.store.by_attribute.shape)
