"""Ranked lists in files: names of genes beside a score, one ranking or several in a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.lists.list_files import ListFile, gene_column, read_list_file
from generain_core.lists.ranked.several_rankings import REPEATED, number_at, numeric_columns, several_rankings

_P_VALUE = re.compile(
    r"((nom|nominal|raw|adj|adjusted|corrected|combined|bonferroni|bh|fdr|fwer|old) )*"
    r"([pq]|[pqs] ?val(ue)?s?|p ?adj(ust(ed)?)?|fdr|fwer|pr [tz])"
    r"( (adj|adjust|adjusted|corrected|fdr|bh|value|val))*"
)
"""What columns of p-values are called, in small letters, other signs as blanks."""
_FEW = 5
"""Further rows with another score of a gene that are no question."""


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
    numeric = numeric_columns(rows, names)
    columns: dict[str, int] = {}
    for column in numeric:
        title = rows[0][column].strip() if number_at(rows[0], column) is None else ""
        columns.setdefault(title[:60] or f"column {column + 1}", column)
    return columns


def proposed_score(columns: Sequence[str]) -> str | None:
    """Return the column that ranks the genes where nobody says: the one called score, or the only one; None if neither is."""
    scores = [title for title in columns if title.lower() == "score"] or list(columns)
    return scores[0] if len(scores) == 1 else None


def ranking_of(file: ListFile, resolver: Resolver, score: str | None = None, of: str | None = None) -> dict[str, float]:
    """Return a ranked list: names of genes and their scores, in two columns of a table with or without a header.

    Where few names stand twice the first score counts; rows without a finite number are left out.

    Args:
        file: as it was read.
        resolver: tells which column holds names of genes.
        score: the column to rank by, the highest first; without it the one called score, or the only one of numbers.
        of: which ranking, where the table holds those of several perturbations, contrasts or clusters.

    Raises:
        GeneRAINError: there is no column of numbers beside one of names, none of this name, several to choose from, or what is
            chosen are p-values, of which the lowest would come last; several rankings and none is named, none of this
            name, or none that can be told from the others.
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
    scores = dict[str, list[float]]()
    for row in rows:
        value = number_at(row, column)
        if value is not None and names < len(row) and row[names].strip():
            scores.setdefault(row[names].strip(), []).append(value)
    _refuse_conflicts(shown, scores)
    return {name: own[0] for name, own in scores.items()}


def _refuse_conflicts(shown: str, scores: Mapping[str, Sequence[float]]) -> None:
    """Refuse a ranking in which many names stand several times with different scores: it is several, or one of probes."""
    unlike = {name: own for name, own in scores.items() if any(value != own[0] for value in own)}
    more = sum(value != own[0] for own in unlike.values() for value in own)
    if more < _FEW or more < (REPEATED - 1) * len(scores):
        return
    name, own = next(iter(unlike.items()))
    values = ", ".join(f"{value:g}" for value in own[:3]) + (" …" if len(own) > 3 else "")
    raise GeneRAINError(
        f"{shown} has different scores beside one name, of {len(unlike):,} names (such as {name[:40]!r}: {values}), and no "
        "column tells which ranking a row is of; give one row a gene, or a column with the name of each ranking."
    )


def _one_ranking(file: ListFile, resolver: Resolver, of: str | None) -> ListFile:
    """Return a table with the rows of one ranking alone, without its name, and the titles if it has any."""
    several, shown = several_rankings(file, resolver), file.name[:80]
    if several is None:
        if of is not None:
            raise GeneRAINError(
                f"{shown} holds one ranking, or no column tells several apart, so there is none of {of[:60]!r} to choose; leave "
                "that out."
            )
        return file
    named = ", ".join(name[:40] for name in several.names[:5]) + (" …" if len(several.names) > 5 else "")
    columns = " and ".join(map(repr, several.titles))
    its = f"its column {columns}" if len(several.titles) == 1 else f"its columns {columns}"
    if of is None:
        raise GeneRAINError(
            f"{shown} holds {len(several.names):,} rankings, which {its} tell{'s' * (len(several.titles) == 1)} apart ({named}): "
            "a gene stands in several. Say which one is meant, with of (--of on the line)."
        )
    if of not in several.names:
        raise GeneRAINError(f"{shown} has no ranking of {of[:60]!r} in {its}; it has {named}.")
    rows = [row for row in file.rows if len(row) > 1]
    body = (several.without_name(row) for row in rows[several.titled :] if several.name_of(row) == of)
    return replace(file, rows=(*rows[: several.titled], *body))
