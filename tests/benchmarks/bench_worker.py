"""Read a small table in this process and in a child that is ready; print the ratio, and the seconds that a child takes to start.

python -m tests.benchmarks.bench_worker [--times 20] [--kilobytes 50]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from generain_core import workers
from generain_core.samples.io.raw_table import Layer, RawTable
from generain_core.samples.io.read import read


def table(path: Path, kilobytes: int) -> Path:
    """Write counts of so many kilobytes."""
    counts = np.random.default_rng(0).poisson(20, (kilobytes * 1000 // 40, 10))
    pd.DataFrame(counts, [f"GENE{i}" for i in range(len(counts))], [f"s{i}" for i in range(10)]).to_csv(path)
    return path


def seconds(call: Callable[[], Any]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    """Compare the two, and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--kilobytes", type=int, default=50)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = table(Path(folder) / "counts.csv", args.kilobytes)

        def apart() -> RawTable:
            result: RawTable = workers.run(read, path, records=(RawTable, Layer))
            return result

        read(path)
        first = seconds(apart)
        here, there = zip(*((seconds(lambda: read(path)), seconds(apart)) for _ in range(args.times)), strict=True)
    ratio = statistics.median(there) / statistics.median(here)
    sys.stdout.write(
        f"{path.name}, {args.kilobytes} kB: in process {1e3 * statistics.median(here):.1f} ms, in a ready child "
        f"{1e3 * statistics.median(there):.1f} ms, ratio {ratio:.2f}; with the start of a child {first:.2f} s\n"
    )


if __name__ == "__main__":
    main()
