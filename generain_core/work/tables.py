"""Tables and their indexes taken apart into plain values and arrays, and put together again with the types that they had."""

from typing import Any

import numpy as np
import pandas as pd

_TEXTS = ("string", "str")
_WHOLE = (*(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)), "boolean", "Float32", "Float64")


def frame_parts(frame: pd.DataFrame) -> tuple[Any, ...]:
    """Return a table as its index, its columns' index, and the parts of each column."""
    return frame.index, frame.columns, [column_parts(frame.iloc[:, i]) for i in range(frame.shape[1])]


def frame_of(index: pd.Index, columns: pd.Index, parts: list[Any]) -> pd.DataFrame:
    """Return the table of `frame_parts`. Raises ValueError: lengths differ."""
    series = [pd.Series(column_of(*each), index=index) for each in parts]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame(index=index)
    frame.columns = columns
    return frame


def column_parts(column: "pd.Series[Any]") -> tuple[str, Any, Any]:
    """Return a column as the name of its type, its values, and what else its type needs."""
    kind = str(column.dtype)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "category", np.asarray(column.cat.codes), (column.cat.categories, bool(column.cat.ordered))
    if kind.startswith("datetime64[ns") or kind == "timedelta64[ns]":
        return kind, column.to_numpy("datetime64[ns]" if kind.startswith("d") else "timedelta64[ns]").astype(np.int64), None
    if kind in _TEXTS or kind in _WHOLE:
        return kind, [None if pd.isna(each) else _plain(each) for each in column], None
    return "", column.to_numpy(), None


def column_of(kind: str, values: Any, more: Any) -> Any:
    """Return the values of a column from its parts."""
    if kind == "category":
        categories, ordered = more
        return pd.Categorical.from_codes(values, categories=categories, ordered=bool(ordered))
    if kind == "timedelta64[ns]":
        return values.astype("timedelta64[ns]")
    if kind.startswith("datetime64[ns"):
        moments = pd.DatetimeIndex(values.astype("datetime64[ns]"))
        zone = kind.removeprefix("datetime64[ns").strip(", ]")
        return moments.tz_localize("UTC").tz_convert(zone) if zone else moments
    if kind in _TEXTS or kind in _WHOLE:
        return pd.array(values, dtype=kind)
    if kind:
        raise ValueError(f"{kind[:40]} is no type of a column")
    return values


def index_parts(index: pd.Index) -> tuple[Any, ...]:
    """Return an index as its kind, its values and its name."""
    if isinstance(index, pd.RangeIndex):
        return "range", [index.start, index.stop, index.step], index.name
    if isinstance(index, pd.MultiIndex):
        return "levels", [list(map(_plain, each)) for each in index.tolist()], list(index.names)
    return "values", column_parts(pd.Series(index)), index.name


def index_of(kind: str, values: Any, name: Any) -> pd.Index:
    """Return the index of `index_parts`."""
    if kind == "range":
        start, stop, step = map(int, values)
        return pd.RangeIndex(start, stop, step, name=name)
    if kind == "levels":
        levels: pd.Index = pd.MultiIndex.from_tuples([tuple(each) for each in values], names=name)
        return levels
    plain: pd.Index = pd.Index(column_of(*values), name=name)
    return plain


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
