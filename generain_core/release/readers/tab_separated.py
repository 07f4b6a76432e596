"""Reading tab-separated text, plain or gzipped, with errors that a person can act on."""

import gzip
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import csv

from generain_core.errors import ReleaseError

Wanted = Mapping[str, Sequence[str]]
"""Column name here → the names it may have in the file, in lower case."""


def read_bytes(path: Path) -> bytes:
    """Return a text file's content as valid UTF-8, unpacked if it is gzipped.

    Raises:
        ReleaseError: the file can't be read, is a damaged gzip or is no text.
    """
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ReleaseError(
            f"{path.name} should be a complete gzip file, but it is cut off or damaged ({error}); get it again."
        ) from error
    except OSError as error:
        raise ReleaseError(f"{path.name} can't be read: {error.strerror or error}.") from error
    if b"\0" in raw:
        raise ReleaseError(f"{path.name} should be a tab-separated text file, but it holds binary data; get it again.")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    return raw if raw.isascii() else raw.decode("utf-8", errors="replace").encode()


def read_columns(path: Path, wanted: Wanted, *, optional: Sequence[str] = (), by_position: bool = False) -> pd.DataFrame:
    """Read some columns of a tab-separated file with a header, as stripped strings ('' where empty or NA).

    Args:
        path: the file, plain or gzipped.
        wanted: the columns to read, and the names they may have.
        optional: those of them that come back empty if the file lacks them.
        by_position: take the first columns in the order of `wanted` if their names are not recognized.

    Raises:
        ReleaseError: a column is missing, a line has another number of fields, or the file is unreadable.
    """
    raw = read_bytes(path)
    header = [cell.strip().strip("\"'").strip() for cell in raw.split(b"\n", 1)[0].decode().split("\t")]
    places = {ours: _place(header, theirs) for ours, theirs in wanted.items()}
    missing = [ours for ours, place in places.items() if place is None and ours not in optional]
    if missing and by_position and len(header) >= len(wanted):
        places, missing = {ours: i for i, ours in enumerate(wanted)}, []
    if missing:
        found = ", ".join(header[:8])[:120] or "nothing"
        raise ReleaseError(
            f"{path.name} should have a column {wanted[missing[0]][0]}, separated by tabs; its first line has: {found}."
        )
    table = _parse(path, raw, len(header), sorted({p for p in places.values() if p is not None}))
    blank = np.full(table.num_rows, "", dtype=object)
    return pd.DataFrame(
        {ours: blank if place is None else _texts(table[str(place)]) for ours, place in places.items()}, copy=False
    )


def _place(header: list[str], names: Sequence[str]) -> int | None:
    lowered = [cell.lower() for cell in header]
    return next((lowered.index(name) for name in names if name in lowered), None)


def _parse(path: Path, raw: bytes, width: int, keep: list[int]) -> pa.Table:
    names, kept = [str(i) for i in range(width)], [str(i) for i in keep]
    try:
        return csv.read_csv(
            io.BytesIO(raw),
            read_options=csv.ReadOptions(column_names=names, skip_rows=1, block_size=1 << 24),
            parse_options=csv.ParseOptions(delimiter="\t"),
            convert_options=csv.ConvertOptions(include_columns=kept, column_types=dict.fromkeys(kept, pa.string())),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return pa.table({i: pa.array([], pa.string()) for i in kept})
        line = re.search(r"row #(\d+)", str(error))
        where = f"line {line[1]}" if line else "a line"
        found = re.search(r"got (\d+)", str(error))
        got = f"has {found[1]}" if found else "doesn't"
        raise ReleaseError(
            f"{path.name} should have {width} tab-separated fields in each line, but {where} {got}; get it again."
        ) from error


def _texts(column: pa.ChunkedArray) -> pd.Series:
    trimmed = pc.utf8_trim_whitespace(column)
    texts: pd.Series = pc.if_else(pc.equal(trimmed, "NA"), "", trimmed).to_pandas()
    return texts.astype(object)
