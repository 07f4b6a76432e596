"""Time opening the vectors and one neighbors query against the usual ways, in one run; print ratios.

python -m tests.benchmarks.bench_vectors RELEASE
"""

import argparse
import gzip
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cosine

from generain_core.release.files import Release
from generain_core.vectors import open_vectors, vector_sets


def median_seconds(call: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def plain_python(path: Path) -> dict[str, np.ndarray]:
    """Read word2vec text line by line, as a script would."""
    with gzip.open(path, "rt") as lines:
        next(lines)
        return {gene: np.array(values, float) for gene, *values in (line.split() for line in lines)}


def row(what: str, seconds: float, other: str = "", ratio: float | None = None) -> None:
    compared = f"{ratio:9.1f} x  {other}" if ratio is not None else ""
    print(f"{what:58s} {1000 * seconds:10.2f} ms {compared}")


def opening(release: Release) -> None:
    with tempfile.TemporaryDirectory() as cache:
        os.environ["GENERAIN_CACHE"] = cache
        for each in (s.name for s in vector_sets(release) if s.name.startswith("GeneRAIN-vec.200d")):
            first = median_seconds(lambda name=each: open_vectors(release, name), 1)
            again = median_seconds(lambda name=each: open_vectors(release, name), 5)
            row(f"open {each}, first time", first)
            row(f"open {each}, from the cache", again, "faster than the first time", first / again)
        path = release.path("vectors/200d.txt")
        plain = median_seconds(lambda: plain_python(path), 1)
        row("the text line by line in Python", plain, "slower than from the cache", plain / again)
        space = open_vectors(release)
        floor = median_seconds(lambda: np.array(space.vectors).sum(), 5)
        row("floor: one read of the matrix", floor)


def query(release: Release) -> None:
    space = open_vectors(release)
    matrix, vector = np.array(space.vectors), np.array(space.vectors[5])
    rows = list(matrix.astype(np.float64))
    gene = space.genes[5]

    def loop() -> list[tuple[float, str]]:
        return sorted((cosine(rows[5], other), name) for other, name in zip(rows, space.genes, strict=True))[1:21]

    slow = median_seconds(loop, 3)
    floor = median_seconds(lambda: matrix @ vector, 200)
    alone = median_seconds(lambda: space.query(gene, 20), 200)
    ours = median_seconds(lambda: space.neighbors(gene, 20, reciprocal=False), 50)
    both = median_seconds(lambda: space.neighbors(gene, 20), 50)
    row(f"Python loop of scipy cosine over {len(space):,} genes", slow)
    row("floor: one matrix-vector product, float32", floor)
    row("query: rows, cosines, ranks", alone, "faster than the loop", slow / alone)
    row("", alone, "of the floor", alone / floor)
    row("the same as a table with names and percentiles", ours, "faster than the loop", slow / ours)
    row("neighbors with reciprocal ranks (20 more products)", both, "faster than the loop", slow / both)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    opened = Release.open(parser.parse_args().release)
    opening(opened)
    query(opened)
