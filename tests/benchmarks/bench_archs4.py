"""ARCHS4: how fast samples are found, and what pulling 50 of them reads, against what is stored of them.

python -m tests.benchmarks.bench_archs4 [--samples 5000] [--genes 31723] [--listed 700000]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

from generain_core.release.files import FILES, Release
from generain_core.samples.archs4 import chosen_samples
from generain_core.samples.archs4.chosen_samples import Archs4
from tests.samples.archs4.archs4_file import Counting, write_archs4


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser()
    for name, size in (("samples", 5000), ("genes", 31_723), ("listed", 700_000)):
        parser.add_argument(f"--{name}", type=int, default=size)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _pull(Path(folder) / "a", given.samples, given.genes)
        _search(Path(folder) / "b", given.listed)


def _file(root: Path, samples: int, genes: int) -> Release:
    path = root / FILES["archs4"][0]
    path.parent.mkdir(parents=True)
    write_archs4(path, samples, [("protein_coding", f"ENSG{i:011d}", f"GENE{i}") for i in range(genes)])
    return Release.open(root)


def _pull(root: Path, samples: int, genes: int) -> None:
    release = _file(root, samples, genes)
    opened = Archs4.open(release)
    opened.read([0])
    columns = np.random.default_rng(0).permutation(samples)[:50]
    counted, real = list[Counting](), h5py.File

    def counting(path: Path, mode: str) -> h5py.File:
        counted.append(Counting(Path(path)))
        return real(counted[-1], mode)

    chosen_samples.h5py.File = counting
    started = time.perf_counter()
    opened.read(columns)
    seconds = time.perf_counter() - started
    chosen_samples.h5py.File = real
    with real(release.path("archs4")) as file:
        chunks = file["data/expression"].id
        rows = range(0, genes, min(2000, genes))
        theirs = sum(chunks.get_chunk_info_by_coord((row, int(c))).size for c in columns for row in rows)
    sys.stdout.write(
        f"50 of {samples:,} samples × {genes:,} genes in {seconds:.2f} s: {counted[0].bytes:,} bytes read for {theirs:,} "
        f"stored, {counted[0].bytes / theirs:.2f} times\n"
    )


def _search(root: Path, samples: int) -> None:
    release = _file(root, samples, 1)
    started = time.perf_counter()
    opened = Archs4.open(release)
    made = time.perf_counter() - started
    started = time.perf_counter()
    opened = Archs4.open(release)
    again = time.perf_counter() - started
    asked = []
    for words in ("liver", "liver female", '"T cells" -male', "GSE1234"):
        started = time.perf_counter()
        _, total = opened.search(words)
        asked.append(f"{words!r} {1000 * (time.perf_counter() - started):.0f} ms ({total:,})")
    sys.stdout.write(f"{samples:,} samples listed in {made:.1f} s once, {1000 * again:.0f} ms after; {', '.join(asked)}\n")


if __name__ == "__main__":
    main()
