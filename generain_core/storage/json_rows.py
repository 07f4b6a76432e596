"""Tables as JSON has them: rows of plain values, numbers whole."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(table: pd.DataFrame) -> list[Any]:
    """Return a table as a list of plain dictionaries: numbers whole, small ones too; those that are none as None."""
    columns = {str(name): _values(table[name]) for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(column: pd.Series) -> list[Any]:
    """Return a column as JSON has it; pandas itself would write 1.2346e-12 with 15 decimals, as 0.000000000001235."""
    if column.dtype.kind == "f":
        return [value if math.isfinite(value) else None for value in column.astype(float).tolist()]
    if column.dtype.kind == "O":
        return [_plain(value) for value in column.tolist()]
    values: list[Any] = json.loads(column.reset_index(drop=True).to_json(orient="split", double_precision=15))["data"]
    return values


def _plain(value: Any) -> Any:
    """Return a cell as JSON has it: arrays and tuples as lists, missing ones as None, what JSON doesn't know as text."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if type(value).__name__ in ("NAType", "NaTType") else str(value)
