"""Tables of numbers in HDF5, dense or compressed."""

from typing import Any

import h5py
import numpy as np
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.io.limits import check_bytes, check_cells, check_stored
from generain_core.samples.io.raw_table import as_floats


def room_of(item: Any) -> int:
    """Return how many bytes a table will take in memory: float32 stays, other numbers become float64."""
    if isinstance(item, h5py.Dataset):
        return int(item.size or 0) * (4 if item.dtype == np.float32 else 8)
    parts = [item[part] for part in ("data", "indices", "indptr") if part in item]
    return sum(max(int(part.nbytes), 4 * int(part.size)) for part in parts)


def matrix_of(item: Any, name: str) -> Matrix:
    """Read a table of numbers, dense or compressed; numbers of other kinds than float32 become float64.

    Raises:
        GeneRAINError: it is no table of numbers, or too large.
    """
    if isinstance(item, h5py.Dataset):
        if item.ndim != 2 or item.dtype.kind not in "iufb":
            raise GeneRAINError(f"{name} has a {item.name} that is no table of numbers; save the counts as X.")
        check_cells(f"{name} ({item.name})", *item.shape)
        check_bytes(f"{name} ({item.name})", item.nbytes)
        return as_floats(item[:])
    attributes = item.attrs
    format = str(attributes.get("encoding-type", attributes.get("h5sparse_format", "csr"))).removesuffix("_matrix")
    rows, cols = (int(n) for n in attributes.get("shape", attributes.get("h5sparse_shape")))
    return checked_sparse(item, (rows, cols), format, name)


def checked_sparse(group: h5py.Group, shape: tuple[int, int], format: str, name: str) -> sparse.csr_matrix:
    """Read data, indices and indptr of a compressed matrix as CSR, of the shape given.

    Raises:
        GeneRAINError: it is too large, or its indices point outside.
    """
    check_stored(f"{name} ({group.name})", *shape, group["data"].shape[0])
    for part in ("data", "indices", "indptr"):
        check_bytes(f"{name} ({group.name}/{part})", group[part].nbytes)
    if group["data"].shape != group["indices"].shape or group["indptr"].shape[0] > max(shape) + 1:
        raise GeneRAINError(f"{name} has a sparse matrix ({group.name}) whose indices point outside it; save it again.")
    data, indices, indptr = (np.asarray(group[part][:]) for part in ("data", "indices", "indptr"))
    major, minor = shape if format == "csr" else shape[::-1]
    whole = len(indptr) == major + 1 and indptr[0] == 0 and indptr[-1] == len(data) == len(indices)
    if not whole or np.any(np.diff(indptr) < 0) or (len(indices) and not 0 <= indices.min() <= indices.max() < minor):
        raise GeneRAINError(f"{name} has a sparse matrix ({group.name}) whose indices point outside it; save it again.")
    if data.dtype.kind not in "iufb":
        raise GeneRAINError(f"{name} has a sparse matrix ({group.name}) that holds no numbers; save the counts as X.")
    kind = sparse.csr_matrix if format == "csr" else sparse.csc_matrix
    matrix = sparse.csr_matrix(kind((as_floats(data), indices, indptr), shape=shape))
    matrix.sum_duplicates()
    return matrix
