"""Several rankings in one table: which columns tell them apart, such as perturbation, cluster, dose, or cell and contrast."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.genes import Resolver
from generain_core.lists.list_files import ListFile, gene_column

REPEATED = 1.2
"""How often a gene stands in a table of several rankings, at least."""
_APART, _ROWS = 0.98, 3
"""The share of rows that columns tell apart, at least, and how many rows rankings have on average."""
_FRACTIONS, _JOINED = 20, 8
"""How many values a column of fractions has at most, and how many columns are tried together."""


@dataclass(frozen=True)
class SeveralRankings:
    """Several rankings in one table.

    Attributes:
        columns: places of those that tell them apart.
        titles: what these are called.
        names: of the rankings, in order: values of the columns, with " / " between.
        titled: the first row holds titles.
    """

    columns: tuple[int, ...]
    titles: tuple[str, ...]
    names: tuple[str, ...]
    titled: bool

    @property
    def title(self) -> str:
        """Return what the columns are called, as one."""
        return " / ".join(self.titles)

    def name_of(self, row: Sequence[str]) -> str | None:
        """Return the ranking of a row; None of one that is too short."""
        return " / ".join(row[column].strip() for column in self.columns) if max(self.columns) < len(row) else None

    def without_name(self, row: Sequence[str]) -> tuple[str, ...]:
        """Return a row without the ranking that it is of, which is no name of a gene and no score."""
        return tuple("" if column in self.columns else cell for column, cell in enumerate(row))


def several_rankings(file: ListFile, resolver: Resolver) -> SeveralRankings | None:
    """Return which columns tell several rankings of one table apart (perturbations, contrasts, clusters, doses).

    So it is where genes stand several times, and hardly any twice beside one value of a column of words, whole numbers or few
    fractions; or beside one pair or triple of values of such columns.

    Returns:
        None where the table holds one ranking (in each column all numbers beside a gene are equal), or no columns tell them
            apart.
    """
    rows = [row for row in file.rows if len(row) > 1]
    if len(rows) < 3:
        return None
    names = gene_column(rows, resolver)
    titled = has_titles(rows, names)
    body = [tuple(cell.strip() for cell in row) for row in rows[titled:] if len(row) == len(rows[0]) and row[names].strip()]
    genes = pd.factorize(pd.Series([row[names] for row in body], dtype=object))[0]
    if not body or len(body) < REPEATED * (genes.max() + 1):
        return None
    labels = {
        column: pd.factorize(pd.Series([row[column] for row in body], dtype=object))[0]
        for column in range(len(rows[0]))
        if column != names and _are_labels([row[column] for row in body])
    }
    table = pd.DataFrame(labels).assign(gene=genes)
    numbers = {
        column: pd.factorize(pd.Series([row[column] for row in body], dtype=object))[0]
        for column in numeric_columns(rows[titled:], names)
    }
    for columns in _together(list(labels)):
        number = len(table[list(columns)].drop_duplicates())
        if number <= len(body) / _ROWS and len(table[["gene", *columns]].drop_duplicates()) >= _APART * len(body):
            titles = tuple((rows[0][i].strip()[:60] if titled else "") or f"column {i + 1}" for i in columns)
            if not _are_unlike(genes, [each for column, each in numbers.items() if column not in columns]):
                return None
            several = SeveralRankings(columns, titles, (), titled)
            return SeveralRankings(columns, titles, tuple(dict.fromkeys(several.name_of(row) or "" for row in body)), titled)
    return None


def _are_unlike(genes: np.ndarray, columns: Sequence[np.ndarray]) -> bool:
    """Say whether unlike cells of a column stand beside one gene."""
    return any(len(pd.DataFrame({"gene": genes, "cell": each}).drop_duplicates()) > genes.max() + 1 for each in columns)


def _together(columns: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield columns alone, then pairs and triples."""
    yield from itertools.combinations(columns, 1)
    yield from itertools.combinations(columns[:_JOINED], 2)
    yield from itertools.combinations(columns[:_JOINED], 3)


def _are_labels(cells: Sequence[str]) -> bool:
    """Say whether cells may name rankings: several, few for their number, and hardly any fractions."""
    values = set(cells)
    if not 2 <= len(values) <= len(cells) / _ROWS:
        return False
    numbers = [number_at((value,), 0) for value in values if value]
    return len(values) <= _FRACTIONS or all(number is None or number.is_integer() for number in numbers)


def has_titles(rows: Sequence[Sequence[str]], names: int) -> bool:
    """Say whether the first row of a table holds titles: text over most columns of numbers."""
    numeric = numeric_columns(rows, names)
    return 2 * sum(number_at(rows[0], column) is not None for column in numeric) <= len(numeric)


def numeric_columns(rows: Sequence[Sequence[str]], names: int) -> list[int]:
    """Return the columns of a table, save that of names, that hold numbers in most rows."""
    return [i for i in range(len(rows[0])) if i != names and sum(number_at(row, i) is not None for row in rows) > len(rows) / 2]


def number_at(row: Sequence[str], column: int) -> float | None:
    """Return the finite number in a cell; None where there is none."""
    try:
        value = float(row[column])
    except (ValueError, IndexError):
        return None
    return value if math.isfinite(value) else None
