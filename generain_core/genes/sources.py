"""What the files of a release say about genes, read at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pandas as pd

from generain_core.errors import ReleaseError
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.readers import annotation
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.token_index import indexed_genes, read_token_index
from generain_core.settings import MEAN_CUTOFF

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The files about genes as they were read; None where a file is missing.

    Without a token index, genes with boundaries count as those with a token: boundaries alone are enough to bin.

    Attributes:
        tokens: genes of the first token index that is there (those with boundaries where these are there too: a token under a
            name that no sample has was never trained), in its order.
        meta, statistics, ensembl, hgnc: the tables.
        problems: one sentence on each file that was left out.
        indexed: gene set → genes of its token index.
        bounded: gene set → columns of its boundaries.
    """

    tokens: list[str] | None
    meta: pd.DataFrame | None
    statistics: pd.DataFrame | None
    ensembl: pd.DataFrame | None
    hgnc: pd.DataFrame | None
    problems: tuple[str, ...] = ()
    indexed: Mapping[str, list[str]] = field(default_factory=dict)
    bounded: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, release: Release, *, tolerant: bool = False) -> "Sources":
        """Read what is there; `tolerant` goes on without malformed files and keeps one sentence on each."""
        problems: list[str] = []
        failed = problems if tolerant else None
        index = {s: _read(release, f"index/{s}", lambda path: indexed_genes(read_token_index(path)), failed) for s in GENE_SETS}
        columns = {s: _read(release, f"boundaries/{s}/genes", lambda path: list(read_gene_list(path)), failed) for s in GENE_SETS}
        indexed = {name: genes for name, genes in index.items() if genes is not None}
        bounded = {name: genes for name, genes in columns.items() if genes is not None}
        return cls(
            tokens=_tokens(indexed, bounded),
            meta=_read(release, "genes_meta", annotation.read_genes_meta, failed),
            statistics=_read(release, "gene_statistics", annotation.read_gene_statistics, failed),
            ensembl=_read(release, "annotation/ensembl", annotation.read_ensembl, failed),
            hgnc=_read(release, "annotation/hgnc", annotation.read_hgnc, failed),
            problems=tuple(problems),
            indexed=indexed,
            bounded=bounded,
        )


def _tokens(indexed: Mapping[str, list[str]], bounded: Mapping[str, list[str]]) -> list[str] | None:
    """Return the genes of the first set that has an index or boundaries; of Gene2vec's vocabulary those with boundaries alone."""
    for name in GENE_SETS:
        if name in indexed and name == "gene2vec" and name in bounded:
            columns = set(bounded[name])
            return [gene for gene in indexed[name] if gene in columns]
        if name in indexed or name in bounded:
            return indexed.get(name) or bounded.get(name)
    return None


def _read(release: Release, key: str, reader: Callable[[Path], _T], problems: list[str] | None) -> _T | None:
    if not key or not release.has(key):
        return None
    try:
        return reader(release.path(key))
    except ReleaseError as error:
        if problems is None:
            raise
        problems.append(str(error))
        return None


def default_model_genes(sources: Sources) -> list[str]:
    """Return the genes of the token index (else of the statistics) that are expressed enough, as far as statistics tell.

    Raises:
        ReleaseError: there is neither of the two files.
    """
    statistics = sources.statistics
    if statistics is None:
        if sources.tokens is None:
            raise ReleaseError(
                "Nothing says which genes the model has; add the vectors, a token index, boundaries or the gene statistics to "
                "the release."
            )
        return sources.tokens
    expressed = dict.fromkeys(statistics.loc[statistics["kept"] & (statistics["mean"] > MEAN_CUTOFF), "symbol"])
    return list(expressed) if sources.tokens is None else [g for g in sources.tokens if g in expressed]
