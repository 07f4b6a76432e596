"""Tables in Parquet files."""

import io
import json
from collections.abc import Mapping
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from generain_core.errors import GeneRAINError
from generain_core.samples.io.columns import Column, table_of
from generain_core.samples.io.limits import check_bytes, check_cells, check_packing
from generain_core.samples.io.raw_table import Parsed


def parse_parquet(source: IO[bytes], name: str) -> Parsed:
    """Parse a Parquet table; an index that pandas wrote names the rows. Nested columns are left out.

    Raises:
        GeneRAINError: it is damaged, too large, or holds no numbers.
    """
    try:
        file = pq.ParquetFile(source)
        meta = file.metadata
        check_cells(name, meta.num_rows, meta.num_columns)
        check_bytes(name, sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)))
        check_packing(name, source.seek(0, io.SEEK_END), 8 * meta.num_rows * meta.num_columns)
        table, index = file.read(), _index_of(file.schema_arrow.metadata or {})
        check_bytes(name, table.nbytes)
        flat = [(t, c) for t, c in zip(table.column_names, table.columns, strict=True) if not pa.types.is_nested(c.type)]
        columns: list[Column] = [("" if t == index and t.startswith("__index_level") else t, _values(c)) for t, c in flat]
    except MemoryError as error:
        raise GeneRAINError(f"{name} needs more memory than there is; split it by samples.") from error
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise GeneRAINError(f"{name} starts as a Parquet file but is cut off or damaged; write it again.") from error
    left_out = table.num_columns - len(flat)
    columns.sort(key=lambda item: item[0] not in ("", index))
    notes = [f"{left_out} columns that hold lists were left out."] if left_out else []
    return table_of(columns, name=name, format="Parquet", notes=notes)


def _index_of(metadata: Mapping[bytes, bytes]) -> str:
    try:
        index = json.loads(metadata.get(b"pandas", b"{}")).get("index_columns") or [""]
    except (ValueError, AttributeError):
        return ""
    return index[0] if isinstance(index, list) and isinstance(index[0], str) else ""


def _values(column: pa.ChunkedArray) -> np.ndarray:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        return _values(column)
    return np.array([None if v is None else str(v) for v in column.to_pylist()], dtype=object)
