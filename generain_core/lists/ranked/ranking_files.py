"""Ranked lists in files: names of genes beside a score, one ranking or several in a table."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.lists.list_files import ListFile, gene_column, read_list_file

_P_VALUE = re.compile(
    r"((nom|nominal|raw|adj|adjusted|corrected|combined|bonferroni|bh|fdr|fwer|old) )*"
    r"([pq]|[pqs] ?val(ue)?s?|p ?adj(ust(ed)?)?|fdr|fwer|pr [tz])"
    r"( (adj|adjust|adjusted|corrected|fdr|bh|value|val))*"
)
"""What columns of p-values are called, in small letters, other signs as blanks."""
_REPEATED, _APART = 1.2, 0.98
"""How often a gene stands in a table of several rankings, at least, and the share of rows that these tell apart."""


def read_ranking(path: Path, resolver: Resolver, score: str | None = None, of: str | None = None) -> dict[str, float]:
    """Read a ranked list, as `ranking_of` finds it in a file.

    Raises:
        GeneRAINError: the file can't be read, or it is no ranking; see `ranking_of`.
    """
    return ranking_of(read_list_file(path), resolver, score, of)


def are_p_values(title: str) -> bool:
    """Say whether a column is called as p-values are, of which the lowest are the strongest."""
    return _P_VALUE.fullmatch(re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()) is not None


def score_columns(file: ListFile, resolver: Resolver) -> dict[str, int]:
    """Return the columns of numbers beside one of names, by what they are called."""
    rows = [row for row in file.rows if len(row) > 1]
    if not rows:
        return {}
    names = gene_column(rows, resolver)
    numeric = [i for i in range(len(rows[0])) if i != names and sum(_number(row, i) is not None for row in rows) > len(rows) / 2]
    columns: dict[str, int] = {}
    for column in numeric:
        title = rows[0][column].strip() if _number(rows[0], column) is None else ""
        columns.setdefault(title[:60] or f"column {column + 1}", column)
    return columns


def proposed_score(columns: Sequence[str]) -> str | None:
    """Return the column that ranks the genes where nobody says: the one called score, or the only one; None if neither is."""
    scores = [title for title in columns if title.lower() == "score"] or list(columns)
    return scores[0] if len(scores) == 1 else None


def several_rankings(file: ListFile, resolver: Resolver) -> tuple[int, tuple[str, ...]] | None:
    """Return which column tells several rankings of one table apart (perturbations, contrasts, clusters), and its values.

    So it is where genes stand several times, and hardly any twice beside one value of a column of words or whole numbers.

    Returns:
        None where the table holds one ranking.
    """
    rows = [row for row in file.rows if len(row) > 1]
    if len(rows) < 3:
        return None
    names = gene_column(rows, resolver)
    body = [tuple(cell.strip() for cell in row) for row in rows[1:] if len(row) == len(rows[0]) and row[names].strip()]
    if len(body) < _REPEATED * len({row[names] for row in body}):
        return None
    for column in range(len(rows[0])):
        values = tuple(dict.fromkeys(row[column] for row in body))
        if column == names or not 2 <= len(values) <= len(body) / 5 or any(_is_fraction(value) for value in values):
            continue
        if len({(row[names], row[column]) for row in body}) >= _APART * len(body):
            return column, values
    return None


def ranking_of(file: ListFile, resolver: Resolver, score: str | None = None, of: str | None = None) -> dict[str, float]:
    """Return a ranked list: names of genes and their scores, in two columns of a table with or without a header.

    Where a name stands twice the first score counts; rows without a finite number are left out.

    Args:
        file: as it was read.
        resolver: tells which column holds names of genes.
        score: the column to rank by, the highest first; without it the one called score, or the only one of numbers.
        of: which ranking, where the table holds those of several perturbations, contrasts or clusters.

    Raises:
        GeneRAINError: there is no column of numbers beside one of names, none of this name, several to choose from, or what is
            chosen are p-values, of which the lowest would come last; several rankings and none is named, or none of this name.
    """
    shown = file.name[:80]
    file = _one_ranking(file, resolver, of)
    columns = score_columns(file, resolver)
    if not columns:
        raise GeneRAINError(
            f"{shown} has no column of numbers beside one of names of genes; give a table with the columns gene and score."
        )
    listed = ", ".join(list(columns)[:8])
    if score is not None and score not in columns:
        raise GeneRAINError(f"{shown} has no column of numbers called {score[:60]!r} to rank by; it has {listed}.")
    chosen = proposed_score(list(columns)) if score is None else score
    if chosen is None:
        raise GeneRAINError(f"{shown} has {len(columns)} columns of numbers ({listed}); say which one ranks the genes.")
    if are_p_values(chosen):
        raise GeneRAINError(
            f"{chosen!r} of {shown} holds p-values, by which the strongest genes would come last; rank by what is highest for "
            "them, such as the statistic of the test."
        )
    rows = [row for row in file.rows if len(row) > 1]
    names, column = gene_column(rows, resolver), columns[chosen]
    scores: dict[str, float] = {}
    for row in rows:
        value = _number(row, column)
        if value is not None and names < len(row) and row[names].strip():
            scores.setdefault(row[names].strip(), value)
    return scores


def _one_ranking(file: ListFile, resolver: Resolver, of: str | None) -> ListFile:
    """Return a table with the rows of one ranking alone."""
    several, shown = several_rankings(file, resolver), file.name[:80]
    if several is None:
        if of is not None:
            raise GeneRAINError(f"{shown} holds one ranking, so there is none of {of[:60]!r} to choose; leave that out.")
        return file
    column, values = several
    title = file.rows[0][column].strip()[:60] if len(file.rows[0]) > column else ""
    named = ", ".join(value[:40] for value in values[:5]) + (" …" if len(values) > 5 else "")
    if of is None:
        raise GeneRAINError(
            f"{shown} holds {len(values):,} rankings, which its column {title!r} tells apart ({named}): a gene stands in each. "
            "Say which one is meant, with of (--of on the line)."
        )
    if of not in values:
        raise GeneRAINError(f"{shown} has no ranking of {of[:60]!r} in its column {title!r}; it has {named}.")
    rows = (row for row in file.rows[1:] if len(row) > column and row[column].strip() == of)
    return replace(file, rows=(file.rows[0], *rows))


def _is_fraction(value: str) -> bool:
    """Say whether a cell holds a number that is not whole."""
    return bool(value) and _number((value,), 0) is not None and not value.lstrip("-").isdigit()


def _number(row: Sequence[str], column: int) -> float | None:
    try:
        value = float(row[column])
    except (ValueError, IndexError):
        return None
    return value if math.isfinite(value) else None
