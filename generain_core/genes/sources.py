"""What the files of a release say about genes, read at once."""

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sources:
    """The files about genes as they were read; None where a file is missing.

    Without a token index, genes with boundaries count as those with a token: boundaries alone are enough to bin.
    """

    tokens: list[str] | None
    meta: pd.DataFrame | None
    statistics: pd.DataFrame | None
    ensembl: pd.DataFrame | None
    hgnc: pd.DataFrame | None
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, release: Release, *, tolerant: bool = False) -> "Sources":
        """Read what is there; `tolerant` goes on without malformed files and keeps one sentence on each."""
        problems: list[str] = []
        index = next((f"index/{s}" for s in GENE_SETS if release.has(f"index/{s}")), "")
        bounded = next((f"boundaries/{s}/genes" for s in GENE_SETS if release.has(f"boundaries/{s}/genes")), "")

        failed = problems if tolerant else None
        return cls(
            _read(release, index, lambda path: indexed_genes(read_token_index(path)), failed)
            or _read(release, bounded, lambda path: list(read_gene_list(path)), failed),
            _read(release, "genes_meta", annotation.read_genes_meta, failed),
            _read(release, "gene_statistics", annotation.read_gene_statistics, failed),
            _read(release, "annotation/ensembl", annotation.read_ensembl, failed),
            _read(release, "annotation/hgnc", annotation.read_hgnc, failed),
            tuple(problems),
        )


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
