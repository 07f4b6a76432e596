"""How a gene is expressed over the reference samples, from the binning boundaries."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import ReleaseError
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.readers.annotation import plain_name
from generain_core.release.readers.tab_separated import read_bytes

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
            array, names = (release.path(key) for key in keys)
            column = _columns(names, names.stat().st_mtime_ns).get(gene)
            if column is not None:
                return _distribution(gene, array, names, column)
    return None


def _distribution(gene: str, path: Path, names: Path, column: int) -> ExpressionDistribution:
    boundaries = _open(path)
    listed = len(_columns(names, names.stat().st_mtime_ns))
    if boundaries.ndim != 2 or boundaries.shape[1] != listed:
        raise ReleaseError(
            f"{path.name} should have {listed} columns, one for each gene of {names.name}, but its shape is {boundaries.shape}."
        )
    values = np.array(boundaries[:, column], dtype=np.float32)
    if not values.size or not np.isfinite(values).all() or np.any(np.diff(values) < 0):
        raise ReleaseError(f"{path.name} should have ascending values in each column, but those of {gene} are not.")
    values.flags.writeable = False
    quantiles = dict(zip(QUANTILES, np.quantile(values, QUANTILES).tolist(), strict=True))
    return ExpressionDistribution(gene, values, float(np.mean(values <= 0)), quantiles, path.name)


def _open(path: Path) -> NDArray[np.float32]:
    try:
        array: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ReleaseError(
            f"{path.name} should be a numpy array of numbers, but it can't be read as one; get it again."
        ) from error
    if not np.issubdtype(array.dtype, np.floating):
        raise ReleaseError(f"{path.name} should hold float32 values, but holds {array.dtype}.")
    return array


@lru_cache(maxsize=8)
def _columns(path: Path, modified_ns: int) -> dict[str, int]:
    """Return gene → column; `modified_ns` is part of the cache's key."""
    names = [plain_name(line.strip()) for line in read_bytes(path).decode().splitlines() if line.strip()]
    columns = {name: i for i, name in enumerate(names)}
    if len(columns) != len(names):
        raise ReleaseError(f"{path.name} should name each gene once, but has {len(names)} lines and {len(columns)} names.")
    return columns
