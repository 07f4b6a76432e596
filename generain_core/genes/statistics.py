"""How a gene is expressed over the reference samples, from the binning boundaries."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generain_core.release.files import GENE_SETS, Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.release.readers.gene_list import read_gene_list

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class ExpressionDistribution:
    """Expression of one gene over the reference samples.

    Attributes:
        gene: the gene's name.
        values: ascending float32, log10 depth-scaled counts: log10(count * 1e7 / total + 1); not writeable.
        share_zero: share of the reference values that are zero.
        quantiles: probability → value, for 5, 25, 50, 75 and 95 %.
        source: name of the file.
    """

    gene: str
    values: NDArray[np.float32]
    share_zero: float
    quantiles: dict[float, float]
    source: str


def expression_distribution(release: Release, gene: str) -> ExpressionDistribution | None:
    """Return a gene's distribution, from the boundaries of all genes or else of the protein-coding ones; None without.

    Only the gene's column is read from disk.

    Raises:
        ReleaseError: array and gene list disagree, or a file is not as published.
    """
    for gene_set in GENE_SETS:
        keys = (f"boundaries/{gene_set}", f"boundaries/{gene_set}/genes")
        if release.has(*keys):
            names = release.path(keys[1])
            column = _columns(names, names.stat().st_mtime_ns).get(gene)
            if column is not None:
                return _distribution(release, gene_set, gene, column)
    return None


def _distribution(release: Release, gene_set: str, gene: str, column: int) -> ExpressionDistribution:
    boundaries = Boundaries.open(release, gene_set)
    values = np.array(boundaries.block(column, column + 1)[0])
    values.flags.writeable = False
    quantiles = dict(zip(QUANTILES, np.quantile(values, QUANTILES).tolist(), strict=True))
    return ExpressionDistribution(gene, values, float(np.mean(values <= 0)), quantiles, boundaries.source)


@lru_cache(maxsize=8)
def _columns(path: Path, modified_ns: int) -> dict[str, int]:
    """Return gene → column; `modified_ns` is part of the cache's key."""
    return {gene: i for i, gene in enumerate(read_gene_list(path))}
