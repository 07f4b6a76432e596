"""Tables, columns and indices of pandas in JSON and arrays, and back, through its public constructors alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

To = Callable[[Any], Any]
"""What makes a node of a part, or a part of a node."""
_MASKED = {"IntegerArray": pd.arrays.IntegerArray, "FloatingArray": pd.arrays.FloatingArray}
_MASKED |= {"BooleanArray": pd.arrays.BooleanArray}


def node_of(value: Any, node: To) -> list[Any] | None:
    """Return how something of pandas is put together again; None for kinds that aren't taken over."""
    if value is pd.NA:
        return ["NA"]
    if value is pd.NaT:
        return ["NaT"]
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value, node)
    return None


def _frame_node(frame: pd.DataFrame, node: To) -> list[Any]:
    dtypes = set(frame.dtypes)
    alike = len(dtypes) == 1 and isinstance(dtype := next(iter(dtypes)), np.dtype) and dtype.kind != "O"
    cells = node(frame.to_numpy()) if alike else [node(_values(frame.iloc[:, i])) for i in range(frame.shape[1])]
    return ["frame", bool(alike), node(frame.index), node(frame.columns), cells]


def _values(column: pd.Series | pd.Index) -> Any:
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array


def _index_node(index: pd.Index, node: To) -> list[Any]:
    return ["index", node(_values(index)), node(index.name)]


def _multi_node(index: pd.MultiIndex, node: To) -> list[Any]:
    codes = [np.asarray(each) for each in index.codes]
    return ["levels", [node(level) for level in index.levels], [node(each) for each in codes], node(list(index.names))]


def _masked_node(array: Any, node: To) -> list[Any]:
    name = type(array).__name__
    missing = np.asarray(array.isna())
    return [
        "masked",
        name,
        node(array.to_numpy(array.dtype.numpy_dtype, na_value=array.dtype.numpy_dtype.type(0))),
        node(missing),
    ]


def _texts_node(array: Any, node: To) -> list[Any] | None:
    dtype = array.dtype
    if not isinstance(dtype, pd.StringDtype):
        return None
    texts = np.asarray(array, dtype=object).copy()
    texts[np.asarray(array.isna())] = None
    return ["texts", dtype.storage, dtype.na_value is pd.NA, node(texts)]


def _times_node(array: Any, node: To) -> list[Any]:
    if array.dtype.kind != "M" or array.tz is None:
        return ["times", node(np.asarray(array)), None]
    return ["times", node(array.tz_convert("UTC").tz_localize(None).to_numpy()), str(array.tz)]


_WRITERS: dict[Any, Callable[[Any, To], list[Any] | None]] = {
    pd.DataFrame: _frame_node,
    pd.Series: lambda series, node: ["series", node(_values(series)), node(series.index), node(series.name)],
    pd.RangeIndex: lambda index, node: ["range index", index.start, index.stop, index.step, node(index.name)],
    pd.MultiIndex: _multi_node,
    pd.Index: _index_node,
    pd.Categorical: lambda array, node: [
        "categories",
        node(np.asarray(array.codes)),
        node(array.categories),
        bool(array.ordered),
    ],
    (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray): _masked_node,
    (pd.arrays.StringArray, pd.arrays.ArrowStringArray): _texts_node,
    pd.arrays.NumpyExtensionArray: lambda array, node: node(array.to_numpy()),
    (pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray): _times_node,
    pd.Timestamp: lambda time, node: ["timestamp", time.isoformat(), time.unit],
    pd.Timedelta: lambda time, node: ["duration", node(time.to_timedelta64())],
}
"""The first kind that a value is of counts: an array of texts is one of numpy's too."""


def _frame(value: To, alike: bool, index: Any, columns: Any, cells: Any) -> pd.DataFrame:
    rows, names = value(index), value(columns)
    if alike:
        return pd.DataFrame(value(cells), index=rows, columns=names, copy=False)
    parts = {i: _column(value(cell), rows) for i, cell in enumerate(cells)}
    frame = pd.DataFrame(parts, index=rows, copy=False)
    frame.columns = names
    return frame


def _column(values: Any, index: pd.Index) -> Any:
    """Return the values of a column; objects as a column already, in which pandas looks for no times."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "O":
        return pd.Series(values, index=index, dtype=object, copy=False)
    return values


def _index(value: To, values: Any, name: Any) -> pd.Index:
    data = value(values)
    if isinstance(data, np.ndarray) and data.dtype.kind == "O":
        return pd.Index(data, dtype=object, name=value(name))
    return pd.Index(data, name=value(name))


def _levels(value: To, levels: list[Any], codes: list[Any], names: Any) -> pd.MultiIndex:
    return pd.MultiIndex(list(map(value, levels)), list(map(value, codes)), names=value(names), verify_integrity=True)


def _masked(value: To, name: str, values: Any, mask: Any) -> Any:
    return _MASKED[name](value(values), value(mask))


def _texts(value: To, storage: Any, is_na: bool, texts: Any) -> Any:
    return pd.array(value(texts), dtype=pd.StringDtype(storage, na_value=pd.NA if is_na else np.nan))


def _times(value: To, times: Any, zone: str | None) -> Any:
    values = value(times)
    if zone is None:
        return pd.array(values)
    return pd.DatetimeIndex(values).tz_localize("UTC").tz_convert(str(zone)).array


READERS: dict[str, Callable[..., Any]] = {
    "NA": lambda value: pd.NA,
    "NaT": lambda value: pd.NaT,
    "frame": _frame,
    "series": lambda value, values, index, name: pd.Series(
        _column(value(values), rows := value(index)), index=rows, name=value(name), copy=False
    ),
    "range index": lambda value, start, stop, step, name: pd.RangeIndex(start, stop, step, name=value(name)),
    "levels": _levels,
    "index": _index,
    "categories": lambda value, codes, categories, is_ordered: pd.Categorical.from_codes(
        value(codes), value(categories), ordered=bool(is_ordered)
    ),
    "masked": _masked,
    "texts": _texts,
    "times": _times,
    "timestamp": lambda value, text, unit: pd.Timestamp(str(text)).as_unit(unit),
    "duration": lambda value, time: pd.Timedelta(value(time)),
}
"""Kind of a node → what puts it together."""
