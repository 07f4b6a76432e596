"""Cell Ranger's .h5, of version 2 or 3."""

import h5py
import numpy as np
import pandas as pd

from generain_core.samples.io.hdf5.data_frames import texts_of
from generain_core.samples.io.hdf5.matrices import checked_sparse
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts


def parse_ten_x(file: h5py.File, name: str) -> Parsed:
    """Parse a file of Cell Ranger: cells × features of gene expression; of several genomes the first."""
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
