"""What an h5ad of this program holds beside its counts: bins, embeddings, and what was written of them."""

from typing import Any

import h5py
import numpy as np
import pandas as pd

from generain_core.samples.io.hdf5.data_frames import read_frame
from generain_core.samples.io.limits import LABELS, check_bytes, check_cells
from generain_core.samples.own_files.content import DEPTH_COLUMNS, OwnSamples, own_samples

_DEEPEST = 4


def read_own(file: h5py.Group, obs: pd.DataFrame, var: pd.DataFrame, name: str) -> OwnSamples | None:
    """Return what a file says of samples that this program binned; None if it did not, or for a group within a file.

    Raises:
        GeneRAINError: it declares more than the limits.
    """
    bins = file.get("layers/bins")
    if (
        file.name != "/"
        or not isinstance(bins, h5py.Dataset)
        or "X" not in file
        or any(column not in obs for column in DEPTH_COLUMNS)
    ):
        return None
    check_cells(f"{name} (layers/bins)", *bins.shape)
    check_bytes(f"{name} (layers/bins)", bins.nbytes)
    obsm = {key: _array(item, name) for key, item in file.get("obsm", {}).items() if isinstance(item, h5py.Dataset)}
    about, stability = (_value(file.get(f"uns/{key}"), name) for key in ("generain", "generain_stability"))
    return own_samples(obs, var, bins[:], {key: values for key, values in obsm.items() if values is not None}, about, stability)


def _value(item: Any, name: str, depth: int = 0) -> Any:
    """Return plain values, arrays of numbers or texts, tables, and dictionaries of them; None of anything else."""
    if isinstance(item, h5py.Group) and depth < _DEEPEST:
        if item.attrs.get("encoding-type") == "dataframe":
            labels, table = read_frame(item.file, item.name.lstrip("/"), name)
            return table.set_axis(pd.Index(labels, dtype=object), axis=0)
        return {key: _value(each, name, depth + 1) for key, each in item.items()}
    return _array(item, name) if isinstance(item, h5py.Dataset) else None


def _array(item: h5py.Dataset, name: str) -> Any:
    check_bytes(f"{name} ({item.name})", item.nbytes)
    if item.size is None or item.dtype.kind not in "iufbSUO" or (item.dtype.kind not in "iufb" and item.size > LABELS):
        return None
    values = item[()]
    if item.dtype.kind in "iufb":
        return values if item.ndim else values.item()
    if not item.ndim:
        return _text(values)
    return np.array([_text(value) for value in values.ravel()], dtype=object).reshape(values.shape)


def _text(value: Any) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
