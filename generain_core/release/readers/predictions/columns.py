"""The columns of a parquet, those inside of structs among them, and their values in a batch."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MOST_FIELDS = 50
"""Fields of a struct up to which each counts as a column of its own; a struct of more holds one number a gene."""


@dataclass(frozen=True)
class Column:
    """A column: the names that lead to it (more than one inside of structs), and its type."""

    path: tuple[str, ...]
    type: pa.DataType

    @property
    def name(self) -> str:
        """Return the names that lead to it, with dots between, as parquet writes them."""
        return ".".join(self.path)


def columns_of(schema: pa.Schema) -> list[Column]:
    """Return the columns of a file in order; small structs are opened up."""
    return [column for field in schema for column in _opened(Column((field.name,), field.type))]


def _opened(column: Column) -> list[Column]:
    if not pa.types.is_struct(column.type) or column.type.num_fields > MOST_FIELDS:
        return [column]
    fields = [column.type.field(i) for i in range(column.type.num_fields)]
    return [inner for field in fields for inner in _opened(Column((*column.path, field.name), field.type))]


def is_number(kind: pa.DataType) -> bool:
    """Say whether a column holds numbers that may be probabilities."""
    return bool(is_fraction(kind) or pa.types.is_integer(kind))


def is_fraction(kind: pa.DataType) -> bool:
    """Say whether a column holds numbers that need not be whole."""
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def is_list(kind: pa.DataType) -> bool:
    """Say whether a column holds lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def is_text(kind: pa.DataType) -> bool:
    """Say whether a column holds text."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def pair_fields(kind: pa.DataType) -> tuple[int, int] | None:
    """Return which fields of the pairs that a column lists are names and numbers; None if it lists other things."""
    if pa.types.is_map(kind):
        return (0, 1) if is_text(kind.key_type) and is_number(kind.item_type) else None
    if not is_list(kind) or not pa.types.is_struct(kind.value_type):
        return None
    fields = [kind.value_type.field(i).type for i in range(kind.value_type.num_fields)]
    names, numbers = ([i for i, field in enumerate(fields) if fits(field)] for fits in (is_text, is_fraction))
    return (names[0], numbers[0]) if len(names) == len(numbers) == 1 else None


def values_in(batch: pa.RecordBatch | pa.Table, path: tuple[str, ...]) -> pa.Array:
    """Return the values of a column in a batch that was read with it."""
    array = batch.column(batch.schema.get_field_index(path[0]))
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    for name in path[1:]:
        array = pc.struct_field(array, name) if array.null_count else array.field(name)
    return array


def first_values(file: pq.ParquetFile, columns: Collection[Column], row: int = 0) -> dict[str, pa.Scalar]:
    """Return the value of each column, by its name, in a row of the file."""
    if not columns:
        return {}
    group = 0
    while row >= file.metadata.row_group(group).num_rows:
        row -= file.metadata.row_group(group).num_rows
        group += 1
    size = max(1, min(row + 1, 64))
    for batch in file.iter_batches(batch_size=size, columns=[c.name for c in columns], row_groups=[group]):
        if row < len(batch):
            return {column.name: values_in(batch, column.path)[row] for column in columns}
        row -= len(batch)
    return {}


def as_floats(array: pa.Array) -> np.ndarray:
    """Return numbers of any kind as float32, NaN where there is none."""
    if pa.types.is_decimal(array.type):
        array = array.cast(pa.float64())
    with np.errstate(over="ignore"):
        values: np.ndarray = array.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return values
