"""Small tables of text, cell by cell: sample sheets, lists of barcodes and features."""

import csv
import io
import re
from collections.abc import Sequence

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.io.columns import is_number, unique
from generain_core.samples.io.limits import SHEET_CELLS, check_cells, no_table
from generain_core.samples.io.sniff import decoded
from generain_core.text import listed

_ERRORS = ("#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")
"""What spreadsheets write where a formula failed: nobody typed it."""
_EMPTY = frozenset(["", *_ERRORS])
_CODE = re.compile(r"\s*0\d+\s*")
_NUMBERED = re.compile(r"\s*\d+\.(?!0+\s*$)\d*0\s*")
"""Names such as 1.10, the tenth of the first, which is no 1.1."""
OF_SAMPLES = re.compile(
    r"(.*[^a-z])?(samples?|ids?|names?|cells?|barcodes?|runs?|librar(y|ies)|libs?|titles?|labels?|codes?|accessions?|gsm|srr|files?"
    r"|columns?|specimens?|donors?|patients?|subjects?|participants?|animals?|mouse|cases?|wells?|lanes?)([^a-z].*)?|.*(sample|id|name)",
    re.IGNORECASE,
)
"""Titles of columns whose numbers may be names; those of all others are ages, doses or numbers of rows."""
_NOT_KNOWN = ("NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "-nan", "<NA>", "NULL")


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
        raise no_table(name, error) from error
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


def typed(sheet: pd.DataFrame) -> pd.DataFrame:
    """Return a table of strings with columns of numbers as numbers and empty cells as missing; texts stay as they were typed.

    NA and alike are missing among numbers alone: in a column of texts they are a value like any other. What was decided stands
    in ``attrs["notes"]``, one sentence each.
    """
    out, notes = {}, list[str](sheet.attrs.get("notes", ()))
    for column in sheet.columns:
        cells = [None if cell in _EMPTY else cell for cell in sheet[column].tolist()]
        filled = [cell for cell in cells if cell is not None]
        words = [cell for cell in filled if not is_number(cell)]
        numeric = len(words) < len(filled) and all(word in _NOT_KNOWN for word in words)
        values = pd.Series(cells, index=sheet.index, dtype=object)
        spelled = OF_SAMPLES.fullmatch(str(column).strip()) is not None
        if not numeric or any(map(_CODE.fullmatch, filled)) or (spelled and any(map(_NUMBERED.fullmatch, filled))):
            out[column] = values
            continue
        try:
            out[column] = pd.to_numeric(values.where(~values.isin(_NOT_KNOWN), None) if words else values)
        except (ValueError, OverflowError):  # figures that no number holds: a text, whatever it stands for
            out[column] = values
            continue
        if len(words):
            notes.append(
                f"Column {column} of the sample sheet holds numbers; {listed(sorted(set(words)))} in {len(words):,} of its rows "
                "was taken as not known."
            )
    frame = pd.DataFrame(out, index=sheet.index)
    frame.attrs["notes"] = tuple(notes)
    return frame


def name_of(value: object) -> str:
    """Return a sample's name as text: 101.0 is 101, however it was stored."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
    return text.split(".")[0] if re.fullmatch(r"[-+]?\d+\.0+", text) else text


def plain_name(value: object) -> str:
    """Return a sample's name without capitals, punctuation and the X that R puts before a digit."""
    bare = re.sub("[^a-z0-9]", "", name_of(value).lower())
    return re.sub(r"^x(?=\d)", "", bare)


def number_name(value: object) -> str:
    """Return a sample's name that is a number without its leading zeros, which spreadsheets take off; others as they are."""
    return re.sub(r"^0+(?=\d+$)", "", name_of(value))
