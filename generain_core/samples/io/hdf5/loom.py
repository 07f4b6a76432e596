"""Loom files: genes × cells, dense, with a list of attributes a row and a column."""

from typing import Any

import h5py
import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.io.hdf5.data_frames import texts_of
from generain_core.samples.io.hdf5.matrices import matrix_of
from generain_core.samples.io.limits import LABELS, check_bytes
from generain_core.samples.io.raw_table import Layer, Parsed

_GENES = ("Gene", "gene", "GeneName", "gene_name", "var_names", "Symbol", "Accession", "id", "ID")
_CELLS = ("CellID", "cellid", "cell_id", "obs_names", "cell_names", "barcode", "Barcode", "id", "ID")


def parse_loom(file: h5py.File, name: str) -> Parsed:
    """Parse a loom file: cells × genes, its matrix first, then its layers.

    Source: linnarssonlab.org/loompy/format.

    Raises:
        GeneRAINError: it has no names of genes, or is too large.
    """
    matrix = file["matrix"]
    if not isinstance(matrix, h5py.Dataset) or matrix.ndim != 2:
        raise GeneRAINError(f"{name} is a loom file whose matrix is no table; save it again.")
    genes, cells = (int(size) for size in matrix.shape)
    of_genes, of_cells = _attributes(file, "row_attrs", genes, name), _attributes(file, "col_attrs", cells, name)
    called = next((title for title in _GENES if title in of_genes), "")
    if not called:
        raise GeneRAINError(f"{name} is a loom file without the row attribute Gene; save it with the genes' names.")
    named = next((title for title in _CELLS if title in of_cells), "")
    columns = tuple(of_genes.pop(called).astype(str))
    rows = tuple(of_cells.pop(named).astype(str)) if named else tuple(str(i + 1) for i in range(cells))
    inner = file.get("layers", {}).items()
    layers = {"matrix": matrix} | {f"layers/{key}": item for key, item in inner if isinstance(item, h5py.Dataset)}
    check_bytes(f"{name}, all layers together,", sum(8 * int(item.size) for item in layers.values()))
    texts = pd.DataFrame(of_genes, index=pd.RangeIndex(genes))
    dense = {key: np.asarray(matrix_of(item, name)).T for key, item in layers.items() if item.shape == matrix.shape}
    return Parsed(
        layers={key: Layer(values, columns, texts) for key, values in dense.items()},
        rows=rows,
        row_texts=pd.DataFrame(of_cells, index=pd.RangeIndex(cells)),
        rows_named=bool(named),
        format="loom",
        notes=(),
    )


def _attributes(file: h5py.File, path: str, count: int, name: str) -> dict[str, Any]:
    """Return the attributes of rows or columns that are one number or text each."""
    out = dict[str, Any]()
    for title, item in file.get(path, {}).items():
        if isinstance(item, h5py.Dataset) and item.shape == (count,) and count <= LABELS:
            if item.dtype.kind in "iufb":
                out[title] = item[:]
            elif item.dtype.kind in "SUO":
                out[title] = np.array(texts_of(item, name), dtype=object)
    return out
