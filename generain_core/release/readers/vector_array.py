"""Read vectors from an array with a gene list beside it."""

from pathlib import Path

import numpy as np

from generain_core.errors import ReleaseError
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.storage.mapped_array import map_array


def read_array(path: Path, genes_path: Path) -> tuple[list[str], np.ndarray]:
    """Return gene names and the rows of an .npy array (genes × dimensions, float32).

    Raises:
        ReleaseError: not an .npy array, not two-dimensional, not floating-point, or not one row a gene.
    """
    genes = list(read_gene_list(genes_path, repeats=True))
    try:
        array = map_array(path)
    except (OSError, ValueError, EOFError) as problem:
        raise ReleaseError(
            f"{path.name} can't be read as an .npy array: it is cut short, damaged or another kind of file; download it again."
        ) from problem
    if not isinstance(array, np.ndarray) or array.ndim != 2 or array.dtype.kind != "f" or 0 in array.shape:
        shape = getattr(array, "shape", "unknown")
        kind = getattr(array, "dtype", "other")
        raise ReleaseError(
            f"{path.name} holds {kind} values of shape {shape}; floating-point values of shape (genes, dimensions) are expected."
        )
    if len(array) != len(genes):
        raise ReleaseError(
            f"{path.name} has {len(array):,} rows but {genes_path.name} names {len(genes):,} genes; "
            "take both files from the same download."
        )
    with np.errstate(over="ignore"):
        return genes, np.array(array, dtype=np.float32, order="C")
