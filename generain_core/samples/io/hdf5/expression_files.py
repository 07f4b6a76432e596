"""h5ad and 10x .h5, read with h5py alone: nothing is unpickled and no other file is followed."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import h5py
import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.io.hdf5.attribute_guard import check_attributes
from generain_core.samples.io.hdf5.data_frames import read_frame, texts_of
from generain_core.samples.io.hdf5.string_guard import check_strings
from generain_core.samples.io.limits import check_bytes, check_cells, check_packing, check_stored
from generain_core.samples.io.raw_table import Layer, Parsed, as_floats, no_texts

_DAMAGE = (
    OSError,
    KeyError,
    RuntimeError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    SystemError,
    MemoryError,
    OverflowError,
    zlib.error,
    struct.error,
)
"""What h5py raises for damaged files; a SystemError where an error passes through its callbacks."""

_REGULAR = ("indices", "indptr")
"""Parts of a sparse matrix that may be packed tightly: dense rows have the same ones. Their numbers are those of the data."""


def parse_hdf5(source: IO[bytes], name: str) -> Parsed:
    """Parse an h5ad (X, raw and layers; also as anndata wrote before 0.8) or a Cell Ranger .h5 (version 2 or 3).

    Raises:
        GeneRAINError: it is neither, is cut off or damaged, points to other files, or declares more than the limits.
    """
    with opened(source, name) as file:
        if "matrix" in file and "row_attrs" in file:
            raise GeneRAINError(f"{name} is a loom file; save it as h5ad, as read_loom and write_h5ad of anndata do.")
        if "matrix" in file or any(isinstance(g, h5py.Group) and "barcodes" in g for g in file.values()):
            return _ten_x(file, name)
        if "obs" in file and "var" in file:
            return _h5ad(file, name)
        if "meta" in file and "data" in file:
            raise GeneRAINError(f"{name} looks like ARCHS4; put it into the release folder rather than uploading it.")
        found = ", ".join(list(file)[:6]) or "nothing"
        raise GeneRAINError(f"{name} is HDF5 but neither an h5ad (obs, var, X) nor a 10x .h5 (matrix); it holds {found}.")


@contextmanager
def opened(source: IO[bytes], name: str) -> Iterator[h5py.File]:
    """Open an HDF5 file that lies in itself alone; what h5py raises in the block says that the file is damaged.

    Raises:
        GeneRAINError: it is, or it points to other files.
    """
    try:
        with h5py.File(source, "r") as file:
            _refuse_outside(file, source, name)
            yield file
    except _DAMAGE as error:
        raise GeneRAINError(f"{name} is HDF5 but cut off, damaged or laid out otherwise than an h5ad; save it again.") from error


def _refuse_outside(file: h5py.File, source: IO[bytes], name: str) -> None:
    """Refuse links and data sets that lie in other files of this computer, and strings that declare what they can't hold."""
    links, items = list[tuple[str, Any]](), list[tuple[str, Any]]()
    file.visititems_links(lambda path, link: links.append((path, link)))
    file.visititems(lambda path, item: items.append((path, item)))
    outside = [path for path, link in links if isinstance(link, h5py.ExternalLink)]
    outside += [path for path, item in items if isinstance(item, h5py.Dataset) and (item.external or item.is_virtual)]
    if outside:
        raise GeneRAINError(f"{name} keeps {outside[0]} in another file; save it with everything inside.")
    for path, item in [("", file), *items]:
        if not path.startswith("uns/") or path.endswith("_categories"):
            check_attributes(item, source, name)
            if isinstance(item, h5py.Dataset):
                if path.rsplit("/", 1)[-1] not in _REGULAR:
                    packed = item.id.get_storage_size()
                    check_packing(f"{name} ({path})", packed, item.nbytes, advice="save it as a sparse matrix")
                check_strings(item, source, name)


def _h5ad(file: h5py.File, name: str) -> Parsed:
    samples, obs = read_frame(file, "obs", name)
    genes, var = read_frame(file, "var", name)
    layers = dict[str, Layer]()
    check_bytes(f"{name}, all layers together,", sum(map(_room_of, _tables(file))))
    if "X" in file:
        layers["X"] = Layer(_matrix(file["X"], name), genes, var)
    raw_x, raw_var = ("raw/X", "raw/var") if "raw" in file else ("raw.X", "raw.var")
    if raw_x in file and raw_var in file:
        raw_genes, raw_texts = read_frame(file, raw_var, name)
        layers["raw"] = Layer(_matrix(file[raw_x], name), raw_genes, raw_texts)
    for layer in file.get("layers", ()):
        layers[f"layers/{layer}"] = Layer(_matrix(file["layers"][layer], name), genes, var)
    if not layers:
        raise GeneRAINError(f"{name} is an h5ad without X, raw and layers; save it with its counts.")
    return Parsed(layers=layers, rows=samples, row_texts=obs, rows_named=True, format="h5ad", notes=())


def _tables(file: h5py.File) -> list[Any]:
    """Return X, raw and layers, as far as they are there."""
    paths = ["X", "raw/X", "raw.X", *(f"layers/{layer}" for layer in file.get("layers", ()))]
    return [file[path] for path in paths if path in file]


def _room_of(item: Any) -> int:
    """Return how many bytes a table will take in memory: float32 stays, other numbers become float64."""
    if isinstance(item, h5py.Dataset):
        return int(item.size) * (4 if item.dtype == np.float32 else 8)
    parts = [item[part] for part in ("data", "indices", "indptr") if part in item]
    return sum(max(int(part.nbytes), 4 * int(part.size)) for part in parts)


def _ten_x(file: h5py.File, name: str) -> Parsed:
    key = "matrix" if "matrix" in file else next(k for k, g in file.items() if isinstance(g, h5py.Group) and "barcodes" in g)
    group, others = file[key], [k for k in file if k != key]
    features = group.get("features", group)
    ids, names = ("id", "name") if "features" in group else ("genes", "gene_names")
    columns = tuple(texts_of(features[ids], name))
    table = pd.DataFrame({"gene_name": texts_of(features[names], name)}) if names in features else no_texts(len(columns))
    rows, cols = (int(n) for n in np.asarray(group["shape"])[:2])
    matrix = checked_sparse(group, (cols, rows), "csr", name)
    notes = [f"Of the genomes in the file, {key} was read."] if others else []
    if "feature_type" in features:
        kinds = np.array(texts_of(features["feature_type"], name))
        keep = np.flatnonzero(kinds == "Gene Expression")
        if 0 < len(keep) < len(kinds):
            notes.append(f"{len(kinds) - len(keep)} features that are no gene expression were left out.")
            matrix, columns, table = matrix[:, keep], tuple(columns[i] for i in keep), table.iloc[keep].reset_index(drop=True)
    samples = tuple(texts_of(group["barcodes"], name))
    return Parsed(
        layers={"matrix": Layer(matrix, columns, table)},
        rows=samples,
        row_texts=no_texts(len(samples)),
        rows_named=True,
        format="10x .h5",
        notes=tuple(notes),
    )


def _matrix(item: Any, name: str) -> Matrix:
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
