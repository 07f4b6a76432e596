"""Tables in Parquet files."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.samples.io.columns import Column, table_of
from generain_core.samples.io.limits import check_bytes, check_cells, check_packing, check_width
from generain_core.samples.io.raw_table import Parsed

_FEWEST, _MOST, _CELLS = 32, 4000, 1 << 22
"""So many columns are read at once: as many as hold about so many cells."""
_PIECES = 1_000_000
"""Most columns times blocks of rows."""


def parse_parquet(source: IO[bytes], name: str, progress: Progress = silent) -> Parsed:
    """Parse a Parquet table; an index that pandas wrote names the rows. Nested columns are left out.

    Texts are read as the file keeps them, each different one once, so that none takes more room than it has there.

    Raises:
        GeneRAINError: it is damaged, too large, or holds no numbers.
    """
    try:
        file = pq.ParquetFile(source)
        schema = file.schema_arrow
        _check_declared(file.metadata, source, name)
        places = _places(schema, file.metadata.num_columns)
        index = _index_of(schema.metadata or {})
        stored = file.schema
        texts = [stored.column(place).path for i, place in places.items() if _is_text(schema.field(i).type)]
        source.seek(0)
        file = pq.ParquetFile(source, metadata=file.metadata, read_dictionary=texts)
        columns = _columns(file, places, index, name, progress)
    except MemoryError as error:
        raise GeneRAINError(f"{name} needs more memory than there is; split it by samples.") from error
    except (pa.ArrowException, OSError, ValueError, OverflowError, TypeError) as error:
        raise GeneRAINError(f"{name} starts as a Parquet file but is cut off or damaged; write it again.") from error
    left_out = len(schema) - len(places)
    columns.sort(key=lambda item: item[0] not in ("", index))
    notes = [f"{left_out} columns that hold lists were left out."] if left_out else []
    return table_of(columns, name=name, format="Parquet", notes=notes)


def _check_declared(meta: Any, source: IO[bytes], name: str) -> None:
    """Refuse by what the file declares of itself what it would take to read it."""
    check_cells(name, meta.num_rows, meta.num_columns)
    check_width(name, meta.num_columns)
    if meta.num_row_groups * meta.num_columns > _PIECES:
        raise GeneRAINError(
            f"{name} keeps {meta.num_columns:,} columns in {meta.num_row_groups:,} blocks of rows each; write it in one block."
        )
    check_bytes(name, sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)))
    check_packing(name, source.seek(0, io.SEEK_END), 8 * meta.num_rows * meta.num_columns)


def _places(schema: pa.Schema, stored: int) -> dict[int, int]:
    """Return which of the stored columns is that of each field; nested fields, which are stored as several, are left out."""
    out, at = dict[int, int](), 0
    for i, field in enumerate(schema):
        if not pa.types.is_nested(field.type):
            out[i] = at
        at += _leaves(field.type)
    if at != stored:
        raise ValueError("fields and stored columns don't agree")
    return out


def _leaves(kind: pa.DataType) -> int:
    return sum(_leaves(kind.field(i).type) for i in range(kind.num_fields)) if pa.types.is_nested(kind) else 1


def _columns(file: pq.ParquetFile, places: Mapping[int, int], index: str, name: str, progress: Progress) -> list[Column]:
    """Read columns some at a time: numbers as rows of one table, in the file's order."""
    fields, rows, schema = list(places), file.metadata.num_rows, file.schema_arrow  # which is made anew whenever it is asked for
    numeric = [i for i in fields if _is_numeric(schema.field(i).type)]
    table, place = np.empty((len(numeric), rows)), {i: at for at, i in enumerate(numeric)}
    at_once = max(_FEWEST, min(_MOST, _CELLS // max(1, rows)))
    out, texts = list[Column](), 0
    for start in range(0, len(fields), at_once):
        some = fields[start : start + at_once]
        read = file.reader.read_all(column_indices=[places[i] for i in some], use_threads=True)
        texts += sum(_room(read.column(at)) for at, i in enumerate(some) if i not in place)
        check_bytes(name, texts)
        for at, i in enumerate(some):
            title = _title(read.field(at).name, index)
            if i in place:
                table[place[i]] = _values(read.column(at))
            out.append((title, table[place[i]] if i in place else _values(read.column(at))))
        progress(min(1.0, (start + at_once) / len(fields)), "reading")
    return out


def _title(title: str, index: str) -> str:
    return "" if title == index and title.startswith("__index_level") else title


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind))


def _index_of(metadata: Mapping[bytes, bytes]) -> str:
    try:
        index = json.loads(metadata.get(b"pandas", b"{}")).get("index_columns") or [""]
    except (ValueError, AttributeError, RecursionError):
        return ""
    return index[0] if isinstance(index, list) and isinstance(index[0], str) else ""


def _room(column: pa.ChunkedArray) -> int:
    """Return how many bytes a column of texts takes: those of its different texts, and a pointer a row."""
    if pa.types.is_dictionary(column.type):
        return 8 * len(column) + sum(int(chunk.dictionary.nbytes) for chunk in column.chunks)
    return int(column.nbytes)


def _values(column: pa.ChunkedArray) -> np.ndarray:
    kind = column.type
    if _is_numeric(kind):
        return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_dictionary(kind):
        return _leveled(column.chunks, kind.value_type)
    return np.array([None if v is None else str(v) for v in _plain(column)], dtype=object)


def _leveled(chunks: Sequence[pa.DictionaryArray], kind: pa.DataType) -> np.ndarray:
    """Return the values of levels and codes, each level made once."""
    out = list[np.ndarray]()
    for chunk in chunks:
        numeric = _is_numeric(kind)
        levels = _values(pa.chunked_array([chunk.dictionary], kind))
        missing = np.array([np.nan if numeric else None], dtype=np.float64 if numeric else object)
        codes = chunk.indices.fill_null(len(levels)).to_numpy(zero_copy_only=False)
        out.append(np.concatenate([levels, missing])[codes])
    return np.concatenate(out) if out else np.empty(0, object)


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """Return values as Python has them; dates that it does not know, such as of the year 5,881,580, as texts."""
    try:
        values: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):
        values = column.cast(pa.string()).to_pylist()
    return values
