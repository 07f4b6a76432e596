"""Nearest reference samples, exact, beside a plain product in float32 and one in float64.

python -m tests.benchmarks.bench_reference [--rows 400000] [--width 200]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from generain_core.reference.search import lengths_of, nearest_rows


def main() -> None:
    """Print seconds and ratios for one sample and for a hundred."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--width", type=int, default=200)
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.f32"
        made = rng.normal(3, 1, (given.rows, given.width)).astype("<f4")
        made.tofile(path)
        vectors = np.memmap(path, "<f4", "r", shape=(given.rows, given.width))
        lengths = lengths_of(vectors)
        for n in (1, 10, 100):
            queries = made[:n] + rng.normal(0, 0.1, (n, given.width)).astype("<f4")
            nearest_rows(vectors, lengths, queries, 10)
            started = time.perf_counter()
            found = nearest_rows(vectors, lengths, queries, 10)
            ours = time.perf_counter() - started
            started = time.perf_counter()
            plain = (made @ queries.T).T / lengths
            top = np.argsort(-plain, axis=1)[:, :10]
            theirs = time.perf_counter() - started
            same = float(np.mean(top == found.rows))
            sys.stdout.write(
                f"{n} of {given.rows:,} × {given.width}: {ours:.3f} s; all products in float32 and a sort {theirs:.3f} s "
                f"({theirs / ours:.1f} times ours; {same:.1%} the same places)\n"
            )


if __name__ == "__main__":
    main()
