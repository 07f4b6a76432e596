"""Small tables of text, cell by cell: sample sheets, lists of barcodes and features."""

import csv
import io
import re
from collections.abc import Sequence

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.io.columns import MISSING, is_number, unique
from generain_core.samples.io.limits import SHEET_CELLS, check_cells
from generain_core.samples.io.sniff import decoded


def sheet_of_bytes(raw: bytes, name: str, *, header: bool = True) -> pd.DataFrame:
    """Return a text table (tabs, commas or semicolons) as strings; short rows are filled up with ''.

    Raises:
        GeneRAINError: it is empty or too large.
    """
    text = decoded(raw, name)[0].decode()
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    mark = max("\t;,", key=first.count) if any(m in first for m in "\t;,") else "\t"
    check_cells(name, text.count("\n"), first.count(mark) + 1, most=SHEET_CELLS)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=mark) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise GeneRAINError(f"{name} can't be read as a table ({error}); save it again as CSV.") from error
    return sheet_of_rows(rows, name, header=header)


def sheet_of_rows(rows: Sequence[Sequence[str]], name: str, *, header: bool = True) -> pd.DataFrame:
    """Return rows of strings as a table; a header with one field fewer than the rows, as R writes it, gets a first one.

    Raises:
        GeneRAINError: there is no row, or only a header.
    """
    if len(rows) <= int(header):
        raise GeneRAINError(f"{name} {'holds only a header' if rows else 'is empty'}; give a table with rows.")
    width = max(map(len, rows))
    titles = [cell.strip() for cell in rows[0]] if header else [str(i) for i in range(width)]
    if header and len(titles) == width - 1 and all(len(row) == width for row in rows[1:]):
        titles = ["", *titles]
    titles = unique([t or ("id" if i == 0 else f"column {i + 1}") for i, t in enumerate(titles + [""] * (width - len(titles)))])
    body = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows[int(header) :]]
    return pd.DataFrame(body, columns=titles, dtype=object)


def best_key(sheet: pd.DataFrame, samples: Sequence[str], *, plain: bool = False) -> tuple[str, int]:
    """Return the column that names most of the samples, and how many it names."""
    wanted = set(samples)
    hits = {}
    for column in sheet.columns:
        values = set(map(plain_name, sheet[column].astype(str))) if plain else set(sheet[column].astype(str))
        hits[column] = len(wanted & values)
    best = max(hits, key=lambda c: hits[c])
    return str(best), hits[best]


def typed(sheet: pd.DataFrame) -> pd.DataFrame:
    """Return a table of strings with columns of numbers as numbers and empty cells as missing."""
    out = {}
    for column in sheet.columns:
        values = sheet[column].where(~sheet[column].isin(MISSING), None)
        filled = values.dropna()
        numeric = len(filled) and all(map(is_number, filled)) and not any(re.fullmatch(r"0\d+", v.strip()) for v in filled)
        out[column] = pd.to_numeric(values) if numeric else values
    return pd.DataFrame(out, index=sheet.index)


def plain_name(name: str) -> str:
    """Return a sample's name without capitals, punctuation and the X that R puts before a digit."""
    bare = re.sub("[^a-z0-9]", "", name.lower())
    return re.sub(r"^x(?=\d)", "", bare)
