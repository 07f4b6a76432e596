"""From the lines of a sample sheet to its rows: how they are separated, and what stands above them."""

import csv
import io
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from generain_core.samples.io.columns import is_number
from generain_core.samples.io.formats.headers import rows_above
from generain_core.samples.io.formats.small_tables import name_of, plain_name, sheet_of_rows
from generain_core.samples.io.limits import SHEET_CELLS, check_cells, no_table
from generain_core.samples.io.sniff import decoded
from generain_core.text import with_noun

_LOOK, _WORDS = 100, 3
NO_HEADER = "The sample sheet has no header; its columns are numbered."


def sheet_of_text(raw: bytes, name: str) -> pd.DataFrame:
    """Return a sample sheet in a text (tabs, semicolons, commas or spaces) as strings, without what stands above its header.

    Raises:
        GeneRAINError: it is empty, holds only a header, or is too large.
    """
    lines = [line for line in io.StringIO(decoded(raw, name)[0].decode()) if line.strip()]
    lines = _without_comments(lines)
    mark = _separator(lines[:_LOOK])
    check_cells(name, len(lines), max((line.count(mark) for line in lines[:_LOOK]), default=0) + 1, most=SHEET_CELLS)
    try:
        text = io.StringIO("".join(lines))
        rows = [row for row in csv.reader(text, delimiter=mark, skipinitialspace=mark == " ") if any(map(str.strip, row))]
    except csv.Error as error:
        raise no_table(name, error) from error
    return sheet_below(rows, name)


def sheet_below(rows: Sequence[Sequence[str]], name: str) -> pd.DataFrame:
    """Return the rows of a sheet as strings, without titles above its header; these are told in ``attrs["notes"]``."""
    lines = [list(row) for row in rows]
    above = rows_above(lines) if lines else 0
    sheet = sheet_of_rows(lines[above:], name)
    if above:
        verb = "was" if above == 1 else "were"
        sheet.attrs["notes"] = (f"{with_noun(above, 'line')} above the header of the sample sheet {verb} skipped.",)
    return sheet


def with_first_row(samples: Sequence[str], sheet: pd.DataFrame) -> pd.DataFrame:
    """Return a sheet with its titles as its first row, if one is a sample's name as those below it are: it has no header then.

    Args:
        samples: their names.
        sheet: one row a sample.
    """
    for spelling in (name_of, plain_name):
        wanted = set(map(spelling, samples)) - {""}
        for at, title in enumerate(sheet.columns):
            if spelling(title) in wanted and wanted.intersection(map(spelling, sheet.iloc[:, at].tolist())):
                return _headless(sheet)
    return sheet


def _headless(sheet: pd.DataFrame) -> pd.DataFrame:
    columns = dict[str, pd.Series]()
    for at, title in enumerate(sheet.columns):
        values = sheet.iloc[:, at].tolist()
        if pd.api.types.is_numeric_dtype(sheet.dtypes.iloc[at]) and is_number(str(title)):
            columns[f"column {at + 1}"] = pd.Series([float(title), *values])
        else:
            texts = [value if isinstance(value, str) else name_of(value) or None for value in values]
            columns[f"column {at + 1}"] = pd.Series([str(title), *texts], dtype=object)
    out = pd.DataFrame(columns)
    out.attrs["notes"] = (NO_HEADER, *sheet.attrs.get("notes", ()))
    return out


def _without_comments(lines: Sequence[str]) -> list[str]:
    """Leave out lines that begin with # before the first that doesn't; the last of them stays if it is the header."""
    first = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if 0 < first < len(lines):
        above, below = lines[first - 1], lines[first]
        for mark in "\t;,":
            if above.count(mark) and above.count(mark) == below.count(mark):
                return [above.lstrip("# "), *lines[first:]]
    return list(lines[first:])


def _separator(lines: Sequence[str]) -> str:
    """Return the mark that stands equally often in most lines; spaces only where no other mark is there."""
    best, most = "", (0, 0)
    for mark in "\t;,":
        counts = Counter(line.count(mark) for line in lines)
        alike = max(((held, marks) for marks, held in counts.items() if marks), default=(0, 0))
        if alike > most:
            best, most = mark, alike
    if best:
        return best
    fields = [next(csv.reader([line], delimiter=" ", skipinitialspace=True), []) for line in lines]
    widths = [len([each for each in row if each.strip()]) for row in fields]
    if len(widths) < 2 or len(set(widths[1:])) > 1 or widths[1] < 2 or widths[1] - widths[0] not in (0, 1):
        return "\t"
    quoted, named = any('"' in line for line in lines), widths[1] > widths[0]
    return " " if quoted or named or widths[1] >= _WORDS else "\t"
