"""The sources of a reference, from the words of whoever builds it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.progress import Progress, silent
from generain_core.reference.sources import Archs4Source, ChunkSource, TableSource
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.samples.archs4.chosen_samples import Archs4

CHUNKS = 5
MAX_SINGLE_CELL = 0.5


def choose_sources(
    release: Release,
    resolver: Resolver,
    model: str,
    *,
    chunks: Sequence[int] | None = None,
    archs4: str | None = None,
    max_single_cell: float = MAX_SINGLE_CELL,
    tables: Sequence[Path] = (),
    min_genes: int = 2000,
    progress: Progress = silent,
) -> list[Any]:
    """Open training chunks, samples of ARCHS4 and expression tables as sources for a model.

    Args:
        release: where chunks and ARCHS4 are.
        resolver: of gene names.
        model: its gene set is that of the sources.
        chunks: numbers of training chunks; an empty sequence for all that are there, None for none.
        archs4: words that a sample of ARCHS4 has; empty for all samples, None for none.
        max_single_cell: leave out samples of ARCHS4 that are more probably single cells.
        tables: paths of expression tables.
        min_genes: the least number of expressed genes.
        progress: told the share done and words.

    Raises:
        GeneRAINError: no source, chunks of another gene set or that are not there, or words that no sample has.
    """
    gene_set, sources = describe_model(model).gene_set, list[Any]()
    if chunks is not None:
        if gene_set != "gene2vec":
            raise GeneRAINError(f"Training chunks are binned for gene2vec, but {model} reads {gene_set}; take another.")
        numbers = chunks or [i for i in range(CHUNKS) if release.has(f"chunk/{i}")]
        if not numbers or not set(numbers) <= set(range(CHUNKS)):
            raise GeneRAINError("There are training chunks 0 to 4; the release needs those that are named.")
        sources += [ChunkSource(release, number) for number in sorted(set(numbers))]
    if archs4 is not None:
        table, _ = Archs4.open(release, progress=progress).search(archs4, max_single_cell=max_single_cell, limit=None)
        if table.empty:
            raise GeneRAINError(f"No sample of ARCHS4 has all of the words {archs4[:60]!r}; try fewer.")
        sources.append(Archs4Source(release, resolver, table["column"].to_numpy(), gene_set, min_genes))
    sources += [TableSource(path, release, resolver, gene_set, min_genes) for path in tables]
    if not sources:
        raise GeneRAINError("Say what the reference is made of: --chunks, --archs4 WORDS, or --input FILE.")
    return sources
