"""R's matrices, sparse matrices of the package Matrix, and data frames."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.io.columns import Column
from generain_core.samples.io.limits import check_cells, check_stored
from generain_core.samples.io.r_data.serialized import Object, attributes, classes, elements, kind, nullable_texts, numbers, texts

_SPARSE = {"dgCMatrix": "C", "dgRMatrix": "R", "dgTMatrix": "T", "dgeMatrix": "e"}


@dataclass(frozen=True)
class RMatrix:
    """A matrix: values, and the names of its rows and columns, '' where it has none."""

    values: Matrix
    rows: tuple[str, ...]
    columns: tuple[str, ...]


def matrix_of(item: Object, name: str) -> RMatrix | None:
    """Return a matrix of numbers, dense or sparse; None of what is none.

    Raises:
        GeneRAINError: it is too large, or its parts don't agree.
    """
    known = attributes(item)
    form = next((_SPARSE[each] for each in classes(item) if each in _SPARSE), "")
    size = numbers(known.get("Dim" if form else "dim"))
    if size is None or len(size) != 2:
        return None
    rows, columns = int(size[0]), int(size[1])
    names = [*elements(known.get("Dimnames" if form else "dimnames")).values(), None, None]
    values = _stored(known, form, (rows, columns), name) if form else _dense(numbers(item), (rows, columns), name)
    if values is None:
        return None
    return RMatrix(values, tuple(texts(names[0])), tuple(texts(names[1])))


def _dense(flat: np.ndarray | None, shape: tuple[int, int], name: str) -> np.ndarray | None:
    if flat is None:
        return None
    check_cells(name, *shape)
    if len(flat) != shape[0] * shape[1]:
        raise GeneRAINError(f"{name} holds a matrix of {shape[0]:,} × {shape[1]:,} with {len(flat):,} values; it is cut off.")
    return flat.reshape(shape, order="F")


def _stored(known: dict[str, Object], form: str, shape: tuple[int, int], name: str) -> Matrix | None:
    values = numbers(known.get("x"))
    if values is None:
        return None
    if form == "e":
        return _dense(values, shape, name)
    check_stored(name, *shape, len(values))
    parts = {key: numbers(known.get(key)) for key in ("i", "j", "p")}
    whole = {key: part.astype(np.int64) for key, part in parts.items() if part is not None}
    try:
        if form == "T":
            return sparse.csr_matrix((values, (whole["i"], whole["j"])), shape=shape)
        inner, kind_of = (whole["i"], sparse.csc_matrix) if form == "C" else (whole["j"], sparse.csr_matrix)
        table = kind_of((values, inner, whole["p"]), shape=shape)
        table.check_format(full_check=True)
    except (ValueError, KeyError, IndexError) as error:
        raise GeneRAINError(f"{name} holds a sparse matrix whose indices point outside it; save it again.") from error
    return sparse.csr_matrix(table)


def is_frame(item: Object) -> bool:
    """Say whether an object is a data frame, of base R, a tibble, or of Bioconductor."""
    known = classes(item)
    return bool({"data.frame", "DFrame", "DataFrame", "tbl_df", "data.table"} & set(known))


def frame_of(item: Object) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return the row names of a data frame ('' if it only numbers them) and its columns that are numbers or texts."""
    known = attributes(item)
    if kind(item) == "S4":
        held, rows = elements(known.get("listData")), tuple(texts(known.get("rownames")))
    else:
        held, rows = elements(item), tuple(texts(known.get("row.names")))
    columns = {title: values for title, each in held.items() if (values := _column(each)) is not None}
    length = max((len(values) for values in columns.values()), default=len(rows))
    columns = {title: values for title, values in columns.items() if len(values) == length}
    if len(rows) != length:
        rows = ()
    return rows, pd.DataFrame(columns, index=pd.RangeIndex(length))


def columns_of(rows: tuple[str, ...], table: pd.DataFrame) -> list[Column]:
    """Return a data frame as the columns of a text file: row names first, under no title."""
    named: list[Column] = [("", np.array(rows, dtype=object))] if rows else []
    return named + [(str(title), np.asarray(table[title].to_numpy())) for title in table.columns]


def _column(item: Object) -> Any:
    if kind(item) == "STR":
        return np.array(nullable_texts(item), dtype=object)
    values = numbers(item)
    if values is None or "dim" in attributes(item):
        return None
    levels = texts(attributes(item).get("levels"))
    if "factor" in classes(item):
        known = [levels[int(v) - 1] if not np.isnan(v) and 0 < v <= len(levels) else None for v in values]
        return np.array(known, dtype=object)
    return values
