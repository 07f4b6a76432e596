"""Time what is asked of lists against what it cannot go below, and against others' tools where they are installed; print ratios.

python -m tests.benchmarks.bench_lists RELEASE GMT...
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from generain_core.attributes.gmt import read_gmt
from generain_core.generain import GeneRAIN
from generain_core.lists.enrichment import over_representation, rank_enrichment, resolve_sets
from generain_core.release.files import Release
from generain_core.vectors.all_pairs import TILE, all_pairs
from tests.benchmarks.bench_vectors import median_seconds, row

SETS = 8_000


def pairs(generain: GeneRAIN) -> None:
    """Time the pass over all pairs against the two products that it stands on."""
    space = generain.atlas().space
    unit = space.unit(space.genes)

    def product(matrix: np.ndarray) -> float:
        tile, start = max(1, TILE // (matrix.itemsize * len(matrix))), time.perf_counter()
        for first in range(0, len(matrix), tile):
            matrix[first : first + tile] @ matrix.T
        return time.perf_counter() - start

    with tempfile.TemporaryDirectory() as cache:
        os.environ["GENERAIN_CACHE"] = cache
        before = product(unit.astype(np.float32)) + product(unit)
        start = time.perf_counter()
        all_pairs(space)
        own = time.perf_counter() - start
        floor = (before + product(unit.astype(np.float32)) + product(unit)) / 2
        size = sum(path.stat().st_size for path in Path(cache).rglob("*") if path.is_file())
        row(f"all {len(space):,} × {len(space):,} pairs ({size / 1e6:.1f} MB kept)", own)
        row("floor: the two products, single and double precision", floor, "of the floor", own / floor)
        again = median_seconds(lambda: all_pairs(space), 5)
        row("all pairs, from the cache", again)


def enrichment(generain: GeneRAIN, files: list[Path]) -> None:
    """Time 200 genes, and a ranking of all, against thousands of sets."""
    genes = generain.atlas().space.genes
    chosen = np.random.default_rng(0).permutation(len(genes))
    libraries = {path.stem: read_gmt(path.read_bytes(), path.name) for path in files}
    names = [(library, name) for library, sets in libraries.items() for name in sets]
    libraries = {library: {n: libraries[library][n] for at, n in names[:SETS] if at == library} for library in libraries}
    count = sum(map(len, libraries.values()))
    start = time.perf_counter()
    resolved = resolve_sets(libraries, generain.resolver)
    row(f"names of the members of {count:,} sets looked up, once", time.perf_counter() - start)
    listed = [genes[i] for i in chosen[:200]]
    own = median_seconds(lambda: over_representation(listed, resolved, genes), 5)
    row(f"200 genes over {count:,} sets", own)
    scores = dict(zip(genes, np.random.default_rng(1).normal(size=len(genes)).tolist(), strict=True))
    ranked = median_seconds(lambda: rank_enrichment(scores, resolved), 3)
    row(f"a ranking of {len(genes):,} genes over them", ranked)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("sets", type=Path, nargs="*")
    arguments = parser.parse_args()
    opened = GeneRAIN(Release.open(arguments.release))
    pairs(opened)
    if arguments.sets:
        enrichment(opened, arguments.sets)
