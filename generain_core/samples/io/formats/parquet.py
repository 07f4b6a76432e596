"""Tables in Parquet files."""

import io
import json
from collections.abc import Mapping
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.samples.io.columns import Column, table_of
from generain_core.samples.io.limits import check_bytes, check_cells, check_packing
from generain_core.samples.io.raw_table import Parsed

_AT_ONCE = 32
"""So many columns are read at once."""


def parse_parquet(source: IO[bytes], name: str, progress: Progress = silent) -> Parsed:
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
        schema, index = file.schema_arrow, _index_of(file.schema_arrow.metadata or {})
        flat = [field.name for field in schema if not pa.types.is_nested(field.type)]
        columns = _columns(file, flat, index, name, progress)
    except MemoryError as error:
        raise GeneRAINError(f"{name} needs more memory than there is; split it by samples.") from error
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise GeneRAINError(f"{name} starts as a Parquet file but is cut off or damaged; write it again.") from error
    left_out = len(schema) - len(flat)
    columns.sort(key=lambda item: item[0] not in ("", index))
    notes = [f"{left_out} columns that hold lists were left out."] if left_out else []
    return table_of(columns, name=name, format="Parquet", notes=notes)


def _columns(file: pq.ParquetFile, titles: list[str], index: str, name: str, progress: Progress) -> list[Column]:
    """Read columns a few at a time: numbers as rows of one table, in the file's order."""
    if len(set(titles)) < len(titles):
        read = file.read()
        check_bytes(name, read.nbytes)
        whole = zip(read.column_names, read.columns, strict=True)
        return [(_title(title, index), _values(column)) for title, column in whole if not pa.types.is_nested(column.type)]
    numeric = [title for title in titles if _is_numeric(file.schema_arrow.field(title).type)]
    table, place = np.empty((len(numeric), file.metadata.num_rows)), {title: i for i, title in enumerate(numeric)}
    out, texts = list[Column](), 0
    for start in range(0, len(titles), _AT_ONCE):
        some = titles[start : start + _AT_ONCE]
        read = file.read(columns=some)
        texts += sum(read.column(title).nbytes for title in some if title not in place)
        check_bytes(name, texts)
        for title in some:
            if title in place:
                table[place[title]] = _values(read.column(title))
            out.append((_title(title, index), table[place[title]] if title in place else _values(read.column(title))))
        progress(min(1.0, (start + _AT_ONCE) / len(titles)), "reading")
    return out


def _title(title: str, index: str) -> str:
    return "" if title == index and title.startswith("__index_level") else title


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


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
