"""Columns that number the rows: they go where another column names the rows, and name them where none does."""

import itertools
import re
from collections.abc import Sequence

import numpy as np

Column = tuple[str, np.ndarray]
IDS = frozenset(
    re.findall(r"\w+", "id ids gene genes geneid geneids genename symbol name names probe probeid index sample samples sampleid")
)
"""Titles of columns whose numbers are names."""
_INDEX = re.compile(
    r"__index_level_\d+__|unnamed: \d+(_level_\d+)?|unnamed: \d+\.\d+|x(\.\d+)?|index|level_0|\.\.\.\d+|v1|rownames?|row",
    re.IGNORECASE,
)
_CALLED = frozenset(["index", "Index", "level_0", "Unnamed: 0", "__index_level_0__"])
_BY_PROGRAMS = re.compile(r"__index_level_\d+__|unnamed: \d+(_level_\d+)?|unnamed: \d+\.\d+|level_0|\.\.\.\d+", re.IGNORECASE)
_OF_SAMPLES = re.compile(
    r"(sample|cell|library|patient|donor|subject|individual|participant|specimen|animal|mouse|case|barcode|well|run|srr|gsm)s?"
    r"(barcode|accession|id|ids|name|names|label|no|nr|num|number)?"
)
_OF_PERSONS = re.compile(
    r"(sample|patient|donor|subject|individual|participant|specimen|animal|mouse|barcode)s?(id|ids|name|names|label|no|nr|num|number)?"
)
_OF_GENES = re.compile(
    r"(ensembl|hgnc|hugo|entrez|ncbi|external|official|approved|mgi)?(gene|transcript|feature|target|probe|probeset|tracking)s?"
    r"(id|ids|name|names|symbol|symbols)?(version)?|(hgnc|gene)?symbols?|ensembl(id)?|ensg|entrez(id)?|hgncid|ids?|ids?ref|names?"
)
_MANY, _NEARLY_ALL, _ENOUGH, _FEW_GAPS = 20, 0.9, 10, 0.1


def without_row_numbers(columns: Sequence[Column], notes: list[str]) -> list[Column]:
    """Leave out what only numbers the rows, as pandas and R add each time a table is saved (Unnamed: 0, X, X.1, index).

    Numbers to the left of everything else may have gaps, as where rows were taken out; others are 0, 1, 2 … or 1, 2, 3 ….
    Where no column is left that names the rows, the numbers are names, as those of patients are: they stand first then, as texts.

    Args:
        columns: in the file's order.
        notes: what is left out is added.
    """
    first = list(itertools.takewhile(lambda i: _leads(*columns[i]), range(len(columns))))
    among = [i for i in range(len(first), len(columns)) if _stands_among(*columns[i])]
    numbered = [columns[i] for i in (*first, *among)]
    rest = [column for i, column in enumerate(columns) if i not in (*first, *among)]
    if not any(_names_rows(title, values) for title, values in rest):
        names, others = _numbers_that_name(numbered, rest)
        return [*map(_as_texts, names), *others]
    if numbered:
        _say(notes, [title for title, _ in numbered])
    return rest


def counts_rows(values: np.ndarray) -> bool:
    """Say whether numbers are 0, 1, 2 … or 1, 2, 3 …."""
    return values.dtype != object and any(np.array_equal(values, np.arange(start, start + len(values))) for start in (0, 1))


def whole(values: np.ndarray) -> bool:
    """Say whether all numbers are whole and none stands twice."""
    return bool(np.isfinite(values).all() and (values == np.rint(values)).all() and len(np.unique(values)) == len(values))


def _numbers_that_name(numbered: Sequence[Column], rest: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Return the column of numbers that names the rows, if one may, and the columns of values."""
    if rest and rest[0][1].dtype != object and _OF_PERSONS.fullmatch(_key(rest[0][0])) and whole(rest[0][1]):
        return [rest[0]], list(rest[1:])
    if not numbered and (called := [i for i, (title, values) in enumerate(rest) if title in _CALLED and _ascends(values)]):
        return [rest[called[0]]], [column for i, column in enumerate(rest) if i != called[0]]
    with_gaps = [column for column in numbered if not counts_rows(column[1])]
    return (with_gaps or list(numbered))[-1:], list(rest)


def _as_texts(column: Column) -> Column:
    return column[0], np.array([f"{value:.0f}" for value in column[1]], dtype=object)


def _leads(title: str, values: np.ndarray) -> bool:
    """Say whether a column to the left of all others may number the rows."""
    if values.dtype == object or len(values) < 2 or _OF_SAMPLES.fullmatch(_key(title)):
        return False
    if _INDEX.fullmatch(title):
        return _ascends(values) or (_BY_PROGRAMS.fullmatch(title) is not None and _restarts(values))
    return (not title or _key(title) in IDS) and counts_rows(values)


def _ascends(values: np.ndarray) -> bool:
    """Say whether numbers are whole and ascend without repeats, as numbers of rows do, also where some were taken out."""
    return values.dtype != object and len(values) > 1 and values[0] >= 0 and whole(values) and bool((np.diff(values) > 0).all())


def _restarts(values: np.ndarray) -> bool:
    """Say whether numbers are 0, 1, 2 … several times over, as of tables that were put below each other."""
    if values.dtype == object or len(values) < 2 or values[0] not in (0, 1):
        return False
    begins = np.flatnonzero(np.diff(values) != 1) + 1
    return 0 < len(begins) < len(values) / 2 and bool(np.isin(values[begins], (0, 1)).all())


def _stands_among(title: str, values: np.ndarray) -> bool:
    """Say whether a column behind others numbers the rows; one of few rows may be a sample called X."""
    enough = len(values) >= _ENOUGH or (len(values) > 1 and _BY_PROGRAMS.fullmatch(title) is not None)
    if _BY_PROGRAMS.fullmatch(title) is not None and _restarts(values):
        return True
    return enough and _INDEX.fullmatch(title) is not None and counts_rows(values)


def _names_rows(title: str, values: np.ndarray) -> bool:
    """Say whether a column can name the rows: by its title, or by many texts that are nearly all different."""
    key = _key(title)
    of_genes = _OF_GENES.fullmatch(key) is not None
    if values.dtype != object:
        there = values[~np.isnan(values)]
        return of_genes and len(there) > (1 - _FEW_GAPS) * len(values) and whole(there)
    texts = [value.strip() for value in values if value is not None and value.strip()]
    if 2 * sum(map(_is_number, texts)) > len(texts) or not texts:
        return False
    called = of_genes or not title.strip() or _OF_SAMPLES.fullmatch(key) is not None
    return called or (len(texts) >= _MANY and len(set(texts)) >= _NEARLY_ALL * len(texts))


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _key(title: str) -> str:
    return re.sub("[^a-z0-9]", "", title.lower())


def _say(notes: list[str], titles: Sequence[str]) -> None:
    for title in titles[:1]:
        if not title or (len(titles) == 1 and _key(title) in IDS - {"index"}):
            notes.append("The first column only numbers the rows and was left out.")
            titles = titles[1:]
    if titles:
        which = f"column {titles[0]} only numbers" if len(titles) == 1 else f"columns {', '.join(titles)} only number"
        notes.append(f"The {which} the rows and {'was' if len(titles) == 1 else 'were'} left out.")
