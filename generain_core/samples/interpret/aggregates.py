"""Totals and means that stand among samples or genes as if they were some: told by their numbers, or by name and numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from generain_core.genes.spelling.placeholders import is_placeholder
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.identifiers import FOREIGN
from generain_core.samples.interpret.signs.coincidence import information
from generain_core.text import echo

_TOTAL = re.compile(
    r"((grand|row|over|all)[ _.-]*)?(total|sum)s?([ _.-]*(of[ _.-]*)?(all|count|read|sample|expression)s?)*", re.I
)
_MIDDLE = re.compile(r"((grand|row|over|all)[ _.-]*)?(mean|average|avg|median)s?([ _.-]*(of[ _.-]*)?(all|count|sample)s?)*", re.I)
_LEAST = 20
"""So many others above zero, at least, make an equal sum no chance."""
_MANY = 5
_MOST_COPIES, _FEW = 20, 3
_NO_CHANCE = 16.0
"""Bits: the chance is one in 65,000."""
COPY = "repeat of a row with the same name and values"


def samples_that_are_sums(values: Matrix, names: Sequence[str]) -> dict[int, str]:
    """Return which samples (of samples × genes) are no samples, and what they are instead.

    One is set aside if in every gene it equals the sum or the mean of the others; or if it is called total or sum and
    is nowhere below another; or called mean or median and lies between the others everywhere.
    """
    found = {i: words for i, name in enumerate(names) if (words := _by_name(values, i, name.strip()))}
    for _ in range(_MANY):
        rest = np.array([i for i in range(len(names)) if i not in found])
        more = _by_numbers(values[rest] if found else values) if len(rest) > 2 else {}
        if not more:
            break
        found |= {int(rest[i]): words for i, words in more.items()}
    return found if len(found) < len(names) else {}


def genes_that_are_copies(values: Matrix, names: Sequence[str], beside: pd.DataFrame | None = None) -> dict[int, str]:
    """Return which genes repeat one before them with the same name and the same values, which chance can't explain.

    Values tell enough if two counts of their size would agree in all samples once in 65,000 times. Rows that tell less, as of
    two transcripts with few reads, stay and are summed; they are copies only where several others are and no two rows of one
    name that tell enough differ, as in a table that was saved twice. Rows of which another column tells different things, as
    transcripts of equal sequence have IDs of their own, are none.

    Args:
        values: samples × genes.
        names: of the genes.
        beside: what else is told of each gene, a row each.
    """
    places: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        places.setdefault(name, []).append(i)
    equal, different = list[int](), list[int]()
    for name, several in places.items():
        if len(several) < 2 or not name.strip() or is_placeholder(name):
            continue
        looked = several[:_MOST_COPIES]
        lines = {i: _line(values, i, 1) for i in looked}
        rows: Iterable[Iterable[object]] = [] if beside is None else beside.iloc[looked].to_numpy(object)
        told = {i: _told(row, name) for i, row in zip(looked, rows, strict=False)}
        for at, i in enumerate(looked[1:], 1):
            same = [other for other in looked[:at] if told.get(i) == told.get(other)]
            if any(np.array_equal(lines[i], lines[other]) for other in same):
                equal.append(i)
            elif same:
                different.append(i)
    if len(equal) < _MANY:
        return {}
    tells = information(values, [*equal, *different]) >= _NO_CHANCE
    sure = [i for i, enough in zip(equal, tells, strict=False) if enough]
    if len(sure) < _MANY:
        return {}
    return dict.fromkeys(sure if tells[len(equal) :].any() else equal, COPY)


def _told(row: Iterable[object], name: str) -> tuple[str, ...]:
    """Return what is told of a gene; its own name with a number behind, as makes names unique, is its name."""
    again = re.compile(rf"{re.escape(name)}[-._ ]\d+")
    texts = ("" if value is None or value != value else str(value).strip() for value in row)
    return tuple(name if again.fullmatch(text) else text for text in texts)


def genes_of_others(kinds: Sequence[tuple[str, bool]], organism: str) -> dict[int, str]:
    """Return which rows are genes of another species by their Ensembl IDs, among those of a human, as of xenografts.

    In a mouse's own table, of which some names became human ones, there are none.
    """
    if organism == "mouse":
        return {}
    foreign = {i: kind for i, (kind, _) in enumerate(kinds) if kind in FOREIGN}
    human = sum(kind == "Ensembl gene" or known for kind, known in kinds)
    return {i: f"gene of {FOREIGN[kind]} among human genes" for i, kind in foreign.items()} if human > len(foreign) else {}


def number_of_sentences(gene_sums: Mapping[int, str]) -> int:
    """Return in how many sentences it is said what rows are instead: one each of a few, one of many that are the same."""
    return sum(count if count <= _FEW else 1 for count in Counter(gene_sums.values()).values())


def said_of_genes(gene_sums: Mapping[int, str], names: Sequence[str]) -> list[str]:
    """Return what rows of genes are instead, a sentence each; of many that are the same, one."""
    places: dict[str, list[int]] = {}
    for i, words in gene_sums.items():
        places.setdefault(words, []).append(i)
    out = list[str]()
    for words, same in places.items():
        called = [echo(names[i] or "A row without a name") for i in same]
        if len(same) <= _FEW:
            out += [f"{name} is the {words}." for name in called]
        else:
            out.append(f"{len(same):,} rows, such as {called[0]}, are each the {words}.")
    return out


def genes_that_are_sums(values: Matrix, known: list[bool]) -> dict[int, str]:
    """Return which rows of genes (columns of samples × genes) are the sum of all others and have the name of no gene."""
    totals = _totals(values, 0)
    if np.count_nonzero(totals) <= _LEAST:
        return {}
    doubled = np.abs(2 * totals - totals.sum()) <= 1e-6 * totals.sum()
    candidates = [int(i) for i in np.flatnonzero(doubled) if not known[i]][:_MANY]
    of_samples = _totals(values, 1)
    return {i: "sum of the other rows" for i in candidates if np.allclose(2 * _line(values, i, 1), of_samples, rtol=1e-6)}


def _by_name(values: Matrix, i: int, name: str) -> str:
    total = _TOTAL.fullmatch(name)
    if not (total or _MIDDLE.fullmatch(name)) or values.shape[0] < 2:
        return ""
    others = values[np.arange(values.shape[0]) != i]
    line, low, high = _line(values, i, 0), _extreme(others, "min"), _extreme(others, "max")
    slack = 1e-6 * np.abs(line)
    if not line.any():
        return ""
    if total:
        return "total of other samples" if np.all(line >= high - slack) else ""
    return "mean or median of other samples" if np.all((line >= low - slack) & (line <= high + slack)) else ""


def _by_numbers(values: Matrix) -> dict[int, str]:
    totals, genes, count = _totals(values, 1), _totals(values, 0), values.shape[0]
    whole = totals.sum()
    for words, others in (("sum", 1), ("mean", count - 1)):
        close = np.flatnonzero(np.abs((1 + others) * totals - whole) <= 1e-6 * whole)
        for i in close[:_MANY] if len(close) <= _MANY else ():
            line, another = _line(values, int(i), 0), _line(values, 0 if i else 1, 0)
            filled = np.count_nonzero(np.delete(totals, i)) > 1 and np.count_nonzero(line) > _LEAST
            if filled and not np.array_equal(line, another) and np.allclose((1 + others) * line, genes, rtol=1e-6, atol=0):
                return {int(i): f"{words} of the other samples"}
    return {}


def _totals(values: Matrix, axis: int) -> NDArray[np.float64]:
    some: Any = values
    if sparse.issparse(values):
        return np.asarray(some.sum(axis=axis, dtype=np.float64)).ravel()
    return np.asarray(np.nansum(some, axis=axis, dtype=np.float64))


def _line(values: Matrix, i: int, axis: int) -> NDArray[np.float64]:
    line: Any = values[[i]] if axis == 0 else values[:, [i]]
    dense = line if isinstance(line, np.ndarray) else line.toarray()
    return np.nan_to_num(np.asarray(dense, np.float64)).ravel()


def _extreme(values: Any, which: str) -> NDArray[np.float64]:
    if sparse.issparse(values):
        return np.asarray(getattr(values, which)(axis=0).toarray(), np.float64).ravel()
    filled = np.nan_to_num(values)
    return np.asarray(filled.min(axis=0) if which == "min" else filled.max(axis=0), np.float64)
