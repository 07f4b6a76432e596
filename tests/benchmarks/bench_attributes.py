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
from generain_core.release import Release
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


def conversion(release: Release, path: Path) -> None:
    read = "import sys, pyarrow.parquet as pq; pq.read_table(sys.argv[1])"
    floor = best_seconds(lambda: subprocess.run([sys.executable, "-c", read, str(path)], check=True), 3)
    line = [sys.executable, "-m", "generain_core", "--release", str(release.root), "attributes", "--prepare"]

    def convert() -> None:
        with tempfile.TemporaryDirectory() as cache:
            environment = os.environ | {"GENERAIN_CACHE": cache}
            subprocess.run(line, cwd=PROJECT, env=environment, check=True, capture_output=True)

    ours = best_seconds(convert, 3)
    row("floor: plain pyarrow read of the file, own process", floor)
    row("conversion to the store, own process", ours, "of the floor", ours / floor)


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
    opened = Release.open(parser.parse_args().release)
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
        queries(made, source, "predicted_probabilities")
    conversion(opened, source)
