"""Gene vectors: opening, neighbors, all pairs, maps, lists."""

import os
import tempfile
import time
from collections.abc import Iterator

import numpy as np
from scipy.spatial.distance import cosine

from generain_core.generain import GeneRAIN
from generain_core.geometry.arrangement import load_umap
from generain_core.lists.enrichment import over_representation, resolve_sets
from generain_core.release.files import Release
from generain_core.vectors import open_vectors
from generain_core.vectors.all_pairs import TILE, all_pairs
from generain_core.vectors.gene_map import project
from generain_core.vectors.space import GeneSpace
from tests.benchmarks.bench_vectors import plain_python
from tests.benchmarks.speed_book.measure import OURS, Row, in_turns

ROOM = "Genes"


def sizes(total: int) -> list[int]:
    """Return numbers of genes from a thousand to all."""
    return [*(size for size in (1_000, 3_000, 10_000) if size < total), total]


def part_of(space: GeneSpace, size: int) -> GeneSpace:
    """Return the space of some genes, spread over all."""
    kept = np.zeros(len(space), bool)
    kept[np.linspace(0, len(space) - 1, size).astype(int)] = True
    return space.subset(kept.tolist())


def opening(release: Release, turns: int) -> Iterator[Row]:
    """Vectors: the text as published, and from our cache."""
    path = release.path("vectors/200d.txt") if release.has("vectors/200d.txt") else None
    with tempfile.TemporaryDirectory() as cache:
        os.environ["GENERAIN_CACHE"] = cache
        start = time.perf_counter()
        space = open_vectors(release)
        first = time.perf_counter() - start
        others = {"the_text_line_by_line": lambda: plain_python(path)} if path else {}
        seconds = in_turns(turns, lambda: open_vectors(release), floor=lambda: np.array(space.vectors), **others)
        size = f"{len(space):,} genes × {space.vectors.shape[1]}"
        yield Row(room=ROOM, what="vectors opened, first time", size=size, seconds={OURS: [first]})
        yield Row(room=ROOM, what="vectors opened again", size=size, seconds=seconds, floor="one copy of the matrix")


def neighbors(release: Release, turns: int) -> Iterator[Row]:
    """The 20 nearest genes, with percentiles and reciprocal ranks."""
    whole = open_vectors(release)
    for size in sizes(len(whole)):
        space = part_of(whole, size)
        rows, matrix = list(np.array(space.vectors, np.float64)), np.array(space.vectors)
        gene, vector = space.genes[5], np.array(space.vectors[5])

        def loop(rows: list[np.ndarray] = rows) -> list[float]:
            return sorted(cosine(rows[5], other) for other in rows)[1:21]

        seconds = in_turns(
            turns,
            lambda space=space, gene=gene: space.neighbors(gene, 20),
            floor=lambda matrix=matrix, vector=vector: matrix @ vector,
            loop_of_scipy_cosine=loop,
        )
        yield Row(room=ROOM, what="neighbors of a gene", size=f"{size:,} genes", seconds=seconds, floor="one matrix × vector")


def pairs(release: Release, turns: int) -> Iterator[Row]:
    """Cosines, mutual ranks and hubness of all pairs, once a release."""
    whole = open_vectors(release)
    for size in sizes(len(whole)):
        space = part_of(whole, size)
        unit = space.unit(space.genes)

        def products(unit: np.ndarray = unit) -> None:
            for matrix in (unit.astype(np.float32), unit):
                tile = max(1, TILE // (matrix.itemsize * len(matrix)))
                for first in range(0, len(matrix), tile):
                    matrix[first : first + tile] @ matrix.T

        def ours(space: GeneSpace = space) -> None:
            with tempfile.TemporaryDirectory() as cache:
                os.environ["GENERAIN_CACHE"] = cache
                all_pairs(space)

        seconds = in_turns(min(turns, 2), ours, floor=products)
        yield Row(room=ROOM, what="all pairs of genes, once", size=f"{size:,} genes", seconds=seconds, floor="the two products")


def maps(release: Release, turns: int) -> Iterator[Row]:
    """The first map: PCA at once, UMAP beside it; what numba compiles at the first of all is not counted."""
    whole, umap = open_vectors(release), load_umap()

    def anew(space: GeneSpace, method: str) -> None:
        with tempfile.TemporaryDirectory() as cache:
            os.environ["GENERAIN_CACHE"] = cache
            project(space, method)

    def plain(vectors: np.ndarray) -> None:
        umap(metric="cosine", random_state=1, n_jobs=1).fit_transform(vectors)

    for size in (1_000, min(5_000, len(whole))):  # other code serves more than 4,096 points
        anew(part_of(whole, size), "umap")
        plain(np.array(part_of(whole, size).vectors))
    for size in sizes(len(whole)):
        space = part_of(whole, size)
        vectors = np.array(space.vectors)
        seconds = in_turns(turns, lambda space=space: anew(space, "pca"))
        yield Row(room=ROOM, what="map of genes, PCA", size=f"{size:,} genes", seconds=seconds)
        once = in_turns(1, lambda: None, umap__learn_alone=lambda vectors=vectors: plain(vectors))
        start = time.perf_counter()
        anew(space, "umap")
        once[OURS] = [time.perf_counter() - start]
        yield Row(room=ROOM, what="map of genes, UMAP of exact neighbors", size=f"{size:,} genes", seconds=once)


def enrichment(release: Release, turns: int) -> Iterator[Row]:
    """200 genes over gene sets of 15 to 300 genes, invented."""
    from scipy.stats import hypergeom

    generain, rng = GeneRAIN(release), np.random.default_rng(0)
    genes = np.array(generain.atlas().space.genes)
    listed = rng.permutation(genes)[:200].tolist()
    for count in (500, 2_000, 8_000):
        invented = {f"set {i}": rng.choice(genes, int(rng.integers(15, min(300, len(genes))))).tolist() for i in range(count)}
        resolved = resolve_sets({"invented": invented}, generain.resolver)
        members = [set(each) for each in invented.values()]

        def loop(members: list[set[str]] = members) -> None:
            for each in members:
                hypergeom.sf(len(each.intersection(listed)) - 1, len(genes), len(each), len(listed))

        seconds = in_turns(
            turns, lambda sets=resolved: over_representation(listed, sets, genes.tolist()), loop_over_scipy_hypergeom=loop
        )
        yield Row(room=ROOM, what="a list of 200 genes over gene sets", size=f"{count:,} sets", seconds=seconds)
