"""The column of a sample sheet that names the samples; where that isn't certain, it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.io.formats.small_tables import OF_SAMPLES
from generain_core.samples.io.sheets.spellings import SPELLINGS, Spelling, tells_apart
from generain_core.text import echo, listed

OPTION = "sheet_column"
"""What says which column it is."""
_HALF = 0.5


@dataclass(frozen=True)
class KeyColumn:
    """A column that names samples.

    Attributes:
        column: its title.
        spelling: how names are compared.
        note: what that leaves out of account, as a sentence; or ''.
        rows: name as spelled → place of its row in the sheet; of names that samples have.
        repeats: names of samples that stand in several rows.
    """

    column: str
    spelling: Spelling
    note: str
    rows: dict[str, int]
    repeats: tuple[str, ...]


def key_column(samples: Sequence[str], sheet: pd.DataFrame, column: str = "") -> KeyColumn | None:
    """Return the column of a sheet that names the samples, None if none does.

    It is the one that names most of them, each in one row. Where another names at least half as many and gives some sample
    another row, or where it holds numbers that are not called names, as ages and numbers of rows do, it has to be said.

    Args:
        samples: their names.
        sheet: one row a sample.
        column: the title of the one that is meant, if that was said.

    Raises:
        NeedsConsent: several columns fit and contradict each other, or the one that does may hold something else.
        GeneRAINError: there is no such column.
    """
    if column:
        if column not in sheet.columns:
            titles = listed([echo(str(title)) for title in sheet.columns], "or", 12)
            raise GeneRAINError(f"The sample sheet has no column {echo(column)}; choose {titles}.")
        return _reading(samples, sheet, column)
    columns = [str(title) for title in sheet.columns]
    fitting = [reading for title in columns if (reading := _reading(samples, sheet, title)) is not None]
    order = {spelling: i for i, (spelling, _) in enumerate(SPELLINGS)}
    fitting.sort(key=lambda each: (-len(each.rows), bool(each.repeats), order[each.spelling]))
    if not fitting:
        return None
    best = fitting[0]
    _ask_which(samples, best, [each for each in fitting[1:] if not each.repeats])
    _ask_whether(sheet, best, columns)
    return best


def _reading(samples: Sequence[str], sheet: pd.DataFrame, title: str) -> KeyColumn | None:
    """Return how a column names most samples, None if it names none."""
    out = list[KeyColumn]()
    for spelling, note in SPELLINGS:
        if not tells_apart(spelling, samples):
            continue
        wanted = set(map(spelling, samples)) - {""}
        rows, repeats = dict[str, int](), list[str]()
        for i, value in enumerate(sheet[title].tolist()):
            name = spelling(value)
            if name in rows:
                repeats.append(name)
            elif name in wanted:
                rows[name] = i
        if rows:
            out.append(KeyColumn(title, spelling, note, rows, tuple(repeats)))
    return min(out, key=lambda each: (-len(each.rows), bool(each.repeats)), default=None)


def _ask_which(samples: Sequence[str], best: KeyColumn, others: Sequence[KeyColumn]) -> None:
    rivals = []
    for other in others:
        pairs = [(best.rows.get(best.spelling(name)), other.rows.get(other.spelling(name)), name) for name in samples]
        differing = [pair for pair in pairs if None not in pair and pair[0] != pair[1]]
        if differing and len(other.rows) >= _HALF * len(best.rows):
            rivals.append((other.column, differing))
    if not rivals or best.repeats:
        return
    columns = (best.column, *(column for column, _ in rivals))
    first, second, sample = rivals[0][1][0]
    raise NeedsConsent(
        f"The sample sheet names samples of the table in several columns ({listed(list(columns))}) that contradict each other: "
        f"{echo(sample)} is row {(first or 0) + 1} by {columns[0]} and row {(second or 0) + 1} by {columns[1]}; say which holds "
        "the samples' names.",
        (OPTION,),
        columns,
    )


def _ask_whether(sheet: pd.DataFrame, best: KeyColumn, columns: Sequence[str]) -> None:
    """Ask whether numbers are names, where they may as well be ages, doses or numbers of rows."""
    if not pd.api.types.is_numeric_dtype(sheet[best.column].dtype) or OF_SAMPLES.fullmatch(best.column.strip()):
        return
    raise NeedsConsent(
        f"The column {best.column} of the sample sheet holds numbers that are the names of {len(best.rows):,} samples, but it is "
        "not called as names are and may hold something else; say which column holds the samples' names.",
        (OPTION,),
        (best.column, *(title for title in columns if title != best.column and sheet[title].is_unique)),
    )
