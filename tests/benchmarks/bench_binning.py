"""Time Binning-By-Gene against the published way and against one read of the boundaries.

python -m tests.benchmarks.bench_binning RELEASE [--samples 10 100 1000] [--repeats 3]

The published way ranks runs of five samples stacked with the reference by a double argsort; it is timed on one run of five and
scaled. Each number of samples runs in a process of its own, so that peak memory is its own.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.bins import bin_samples


def fastest(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def simulated_counts(samples: int, genes: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    rate = 10 ** rng.normal(1.5, 0.8, genes)
    return np.stack([rng.poisson(rate * (rng.random(genes) > 0.4)) for _ in range(samples)])


def published(counts: np.ndarray, boundaries: Boundaries) -> np.ndarray:
    """Bin one run of samples as published: everything in memory, a double argsort of all values of each gene."""
    x = np.log10(counts * (1e7 / counts.sum(1, keepdims=True)) + 1).astype(np.float32)
    stacked = np.hstack([x.T, boundaries.values.T.astype(np.float64)])
    positive = stacked > 0
    rank = np.argsort(np.argsort(stacked, axis=1), axis=1)
    rank = (rank - (~positive).sum(1, keepdims=True)) * positive
    top = rank.max(1, keepdims=True)
    bins = np.minimum((rank / np.where(top > 0, top / 1999, 1)).astype(int) + 1 + positive, 2000)
    return bins[:, : len(counts)].T


def peak_megabytes() -> float:
    """Return the most memory this process has held, mapped files included (Linux forgets a parent's peak only here)."""
    status = Path("/proc/self/status")
    if status.is_file():
        return float(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def time_ours(release: Release, samples: int, repeats: int) -> tuple[float, float, float, float]:
    """Return seconds of the first call (which checks the boundaries), of the fastest call, and memory before and at the peak."""
    boundaries = Boundaries.open(release)
    genes = np.arange(len(boundaries.genes))
    counts = simulated_counts(samples, len(genes))
    totals = counts.sum(1).astype(float)
    before = peak_megabytes()
    first = fastest(lambda: bin_samples(counts, totals, boundaries, genes), 1)
    return first, fastest(lambda: bin_samples(counts, totals, boundaries, genes), repeats), before, peak_megabytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--samples", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    release = Release.open(given.release)
    if given.one:
        print(*time_ours(release, given.one, given.repeats))
        return
    boundaries = Boundaries.open(release)
    size = boundaries.values.nbytes / 2**20
    print(f"{len(boundaries.genes):,} genes, {len(boundaries.values):,} reference values, {size:.0f} MiB of boundaries")
    one_read = fastest(lambda: boundaries.values.sum(), given.repeats)
    print(f"one read of the boundaries, warm: {one_read:.3f} s")
    five = simulated_counts(5, len(boundaries.genes))
    per_sample = fastest(lambda: published(five, boundaries), 1) / 5
    same = np.array_equal(
        published(five, boundaries),
        bin_samples(five, five.sum(1).astype(float), boundaries, np.arange(len(boundaries.genes)), chunk=5),
    )
    print(f"published way: {per_sample:.2f} s a sample; the same bins with chunk=5: {'yes' if same else 'NO'}\n")
    print("samples  first s  next s  ms/sample  × published (first)  × published (next)  / one read  MiB before  MiB peak")
    for samples in given.samples:
        command = [sys.executable, "-m", "tests.benchmarks.bench_binning", str(given.release), "--one", str(samples)]
        command += ["--repeats", str(given.repeats)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        first, then, before, peak = map(float, answer.split())
        print(
            f"{samples:7,}  {first:7.3f} {then:7.3f}  {1000 * then / samples:9.2f}  {per_sample * samples / first:19,.0f}"
            f"  {per_sample * samples / then:18,.0f}  {then / one_read:10.1f}  {before:10,.0f}  {peak:8,.0f}"
        )


if __name__ == "__main__":
    main()
