"""Large tables in text files, read block by block straight into the table of numbers that they become."""

import csv
import io
import itertools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from generain_core.progress import Progress
from generain_core.samples.io.columns import MISSING, is_number

LARGE = 16 << 20
"""Texts from this size on are read block by block."""
_LOOK = 200
_BLOCK = 8 << 20


@dataclass(frozen=True)
class Layout:
    """How a text without a header is to be read: its separator, its decimal mark, and how many fields it has."""

    delimiter: str
    decimal: str
    width: int


def streamed(body: bytes, layout: Layout, progress: Progress) -> list[np.ndarray] | None:
    """Return the columns of a text, numbers as rows of one table; None where the first lines don't show what all of it holds.

    Args:
        body: rows without a header.
        layout: as the first lines show it.
        progress: told the share of the rows that is read.
    """
    numeric = _numeric(body, layout)
    if numeric is None:
        return None
    place = {i: at for at, i in enumerate(i for i, is_numeric in enumerate(numeric) if is_numeric)}
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    values = np.empty((len(place), lines))
    texts: dict[int, list[np.ndarray]] = {i: [] for i in range(layout.width) if i not in place}
    row = 0
    try:
        for batch in _reader(body, layout, numeric):
            for i in range(layout.width):
                column = batch.column(i)
                if i in place:
                    values[place[i], row : row + batch.num_rows] = column.to_numpy(zero_copy_only=False)
                else:
                    texts[i].append(np.asarray(column.to_numpy(zero_copy_only=False), dtype=object))
            row += batch.num_rows
            progress(min(1.0, row / (lines + 1)), "reading")
    except (pa.ArrowInvalid, ValueError):
        return None
    values = _shortened(values, row)
    return [values[place[i]] if i in place else np.concatenate([np.empty(0, object), *texts[i]]) for i in range(layout.width)]


def _shortened(values: np.ndarray, width: int) -> np.ndarray:
    """Return the first columns of a table, moved together in its own room."""
    if width == values.shape[1]:
        return values
    flat = values.reshape(-1)
    for i in range(len(values)):
        flat[i * width : (i + 1) * width] = values[i, :width]
    return flat[: len(values) * width].reshape(len(values), width)


def _numeric(body: bytes, layout: Layout) -> list[bool] | None:
    """Return which fields hold numbers in the first lines; None if some hold nothing there, or the lines differ in width."""
    lines = [line.decode() for line in itertools.islice(io.BytesIO(body), _LOOK)]
    rows = [row for row in csv.reader(lines, delimiter=layout.delimiter) if row]
    if not rows or any(len(row) != layout.width for row in rows):
        return None
    out = list[bool]()
    for cells in zip(*rows, strict=True):
        filled = [cell.strip() for cell in cells if cell.strip() not in MISSING]
        if not filled:
            return None
        out.append(all(is_number(cell.replace(layout.decimal, ".")) for cell in filled))
    return out


def _reader(body: bytes, layout: Layout, numeric: list[bool]) -> arrow_csv.CSVStreamingReader:
    names = [str(i) for i in range(layout.width)]
    kinds = {name: pa.float64() if is_numeric else pa.string() for name, is_numeric in zip(names, numeric, strict=True)}
    longest = body.find(b"\n") + 1
    return arrow_csv.open_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=max(_BLOCK, 8 * longest)),
        parse_options=arrow_csv.ParseOptions(delimiter=layout.delimiter),
        convert_options=arrow_csv.ConvertOptions(null_values=list(MISSING), column_types=kinds, decimal_point=layout.decimal),
    )
