"""Tables of an h5ad, obs and var, in every encoding anndata has written."""

from typing import Any

import h5py
import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import LABELS, check_bytes
from generain_core.samples.io.raw_table import no_texts


def read_frame(file: h5py.File, path: str, name: str) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return the names and the columns of one of the tables (obs, var, raw/var).

    Columns that are no plain numbers or texts are left out.

    Raises:
        GeneRAINError: it has no names or is too large.
    """
    item = file[path]
    if isinstance(item, h5py.Dataset):
        return _compound(file, item, name)
    index = _text(item.attrs.get("_index", "_index" if "_index" in item else "index"))
    if index not in item:
        raise GeneRAINError(f"{name} has no names in {path}; save it again with obs_names and var_names.")
    labels = tuple(_as_texts(_column(item[index], item, name)))
    columns = dict[str, Any]()
    for title in item:
        if title in (index, "__categories"):
            continue
        values = _column(item[title], item, name)
        if values is not None and len(values) == len(labels):
            columns[title] = values
    order = [t for t in map(_text, item.attrs.get("column-order", ())) if t in columns]
    return labels, pd.DataFrame({t: columns[t] for t in order or columns}, index=pd.RangeIndex(len(labels)))


def texts_of(dataset: Any, name: str) -> list[str]:
    """Return a dataset of strings.

    Raises:
        GeneRAINError: it is too large.
    """
    _check(dataset, name)
    return [_text(value) for value in dataset[:]]


def _compound(file: h5py.File, dataset: h5py.Dataset, name: str) -> tuple[tuple[str, ...], pd.DataFrame]:
    _check(dataset, name)
    rows = dataset[:]
    names = list(rows.dtype.names or ())
    if not names:
        raise GeneRAINError(f"{name} has no names in {dataset.name}; save it again with obs_names and var_names.")
    index = "index" if "index" in names else "_index" if "_index" in names else names[0]
    labels = tuple(map(_text, rows[index]))
    columns = dict[str, Any]()
    for title in names:
        if title == index or rows.dtype[title].ndim:
            continue
        levels = file.get(f"uns/{title}_categories")
        values = rows[title]
        if isinstance(levels, h5py.Dataset) and values.dtype.kind in "iu":
            columns[title] = _leveled(values, texts_of(levels, name))
        elif values.dtype.kind in "iufb":
            columns[title] = values
        elif values.dtype.kind in "SUO":
            columns[title] = [_text(value) for value in values]
    return labels, pd.DataFrame(columns, index=pd.RangeIndex(len(labels))) if columns else no_texts(len(labels))


def _column(item: Any, frame: h5py.Group, name: str) -> Any:
    """Return one column as numbers or a list of strings, None if it is neither."""
    if isinstance(item, h5py.Dataset):
        if item.ndim != 1:
            return None
        _check(item, name)
        if "categories" in item.attrs:
            return _leveled(item[:], texts_of(frame.file[item.attrs["categories"]], name))
        return _plain(item[:])
    if "codes" in item and "categories" in item:
        _check(item["codes"], name)
        levels = item["categories"]
        return _leveled(item["codes"][:], texts_of(levels["values"] if isinstance(levels, h5py.Group) else levels, name))
    if "values" in item and "mask" in item:
        _check(item["values"], name)
        values, mask = _plain(item["values"][:]), np.asarray(item["mask"][:], bool)
        if isinstance(values, list):
            return [None if gone else value for value, gone in zip(values, mask, strict=True)]
        return np.where(mask, np.nan, np.asarray(values, np.float64)) if values is not None else None
    return None


def _plain(values: np.ndarray) -> Any:
    if values.dtype.kind in "iufb":
        return values
    return [_text(value) for value in values] if values.dtype.kind in "SUO" else None


def _leveled(codes: np.ndarray, levels: list[str]) -> list[str | None]:
    known: list[str | None] = [*levels]
    return [known[code] if 0 <= code < len(known) else None for code in codes.tolist()]


def _as_texts(values: Any) -> list[str]:
    if values is None:
        return []
    return [value if isinstance(value, str) else "" if value is None else str(value) for value in values]


def _check(dataset: Any, name: str) -> None:
    check_bytes(f"{name} ({dataset.name})", dataset.nbytes)
    if dataset.size > LABELS:
        raise GeneRAINError(f"{name} declares {dataset.size:,} entries in {dataset.name}; up to {LABELS:,} are read.")


def _text(value: Any) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
