"""Colors of samples: by a column of the sample sheet, a gene's bin or another number; told apart by the color-blind too."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.ui.components.figures import GREY

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999933", "#7f6fd0")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross")
MOST_KINDS = len(PALETTE) * len(SYMBOLS) - 2
FEW = 8
"""A column of numbers with so few different values, each of three samples on average, is shown as kinds."""
NOT_SAID = "not said"
BY_LIST = "Mean bin of a list …"


@dataclass(frozen=True, eq=False)
class Kind:
    """Samples of one value: its name, their rows, color and symbol."""

    name: str
    rows: NDArray[np.intp]
    color: str
    symbol: str = "circle"


@dataclass(frozen=True, eq=False)
class Coloring:
    """What samples are colored by: kinds, or one number a sample (NaN: not known) with its range."""

    title: str
    kinds: tuple[Kind, ...] = ()
    values: NDArray[np.float32] | None = None
    span: tuple[float, float] | None = None


def choices(obs: pd.DataFrame) -> list[str]:
    """Return the columns that can color samples: kinds first, the fewer the better, then numbers; none whose texts all differ."""
    found = []
    for name in obs.columns:
        column, distinct = obs[name], obs[name].nunique()
        kinds = _as_kinds(column)
        if distinct > 1 and (not kinds or distinct < max(len(column), 3) or len(column) <= 12):
            found.append((distinct if kinds else len(obs) + 1, str(name)))
    return [name for _, name in sorted(found, key=lambda each: each[0])]


def most_telling(obs: pd.DataFrame, names: Sequence[str], embedding: NDArray[np.floating[Any]]) -> str | None:
    """Return the column of kinds whose groups explain most of where samples lie; the first without any.

    Explained is 1 - (sum of squares within groups / (n - groups)) / (sum of squares / (n - 1)) of the embedding at length 1,
    which has no gain from many groups.
    """
    lengths = np.linalg.norm(embedding, axis=1, keepdims=True)
    unit = np.asarray(embedding, np.float64) / np.where(lengths > 0, lengths, 1)
    best, most = next(iter(names), None), -np.inf
    for name in names:
        share = explained(unit, obs[name]) if _as_kinds(obs[name]) else -np.inf
        if share > most + 1e-9:
            best, most = name, share
    return best


def explained(unit: NDArray[np.float64], column: "pd.Series[Any]") -> float:
    """Return the share of the spread that the groups of a column explain, corrected for how many they are."""
    known = column.notna().to_numpy()
    codes, groups = pd.factorize(column[known])
    points, kinds = unit[known], len(groups)
    if len(points) - kinds < 1 or kinds < 2:
        return -np.inf
    total = float(((points - points.mean(axis=0)) ** 2).sum())
    means = np.stack([points[codes == code].mean(axis=0) for code in range(kinds)])
    within = float(((points - means[codes]) ** 2).sum())
    return 1 - (within / (len(points) - kinds)) / (total / (len(points) - 1)) if total > 0 else -np.inf


def by_column(column: "pd.Series[Any]", title: str) -> Coloring:
    """Return the coloring by a column: kinds of text, or of few numbers; a scale for many numbers."""
    if not _as_kinds(column):
        return by_number(column.to_numpy(float), title)
    words = column.astype(object).where(column.notna(), "").astype(str).str.strip()
    words = words.where(words != "", NOT_SAID)
    counts = words[words != NOT_SAID].value_counts()
    shown = sorted(counts.index[: MOST_KINDS if len(counts) <= MOST_KINDS else MOST_KINDS - 1], key=_natural)
    values = words.to_numpy(object)
    kinds = [
        Kind(name, np.flatnonzero(values == name), PALETTE[i % len(PALETTE)], SYMBOLS[i // len(PALETTE)])
        for i, name in enumerate(shown)
    ]
    rest = np.flatnonzero(~np.isin(values, [*shown, NOT_SAID]))
    if len(rest):
        kinds.append(Kind(f"{len(counts) - len(shown):,} others", rest, GREY, "circle-open"))
    unsaid = np.flatnonzero(values == NOT_SAID)
    if len(unsaid):
        kinds.append(Kind(NOT_SAID, unsaid, GREY, "x-thin-open"))
    return Coloring(title, tuple(kinds))


def by_number(values: NDArray[Any], title: str, span: tuple[float, float] | None = None) -> Coloring:
    """Return the coloring by a number a sample; by default the scale leaves out the outermost per cent."""
    numbers = np.asarray(values, np.float32)
    known = numbers[np.isfinite(numbers)]
    low, high = span or ((float(np.quantile(known, 0.01)), float(np.quantile(known, 0.99))) if len(known) else (0.0, 1.0))
    return Coloring(title, values=numbers, span=(low, high if high > low else low + 1))


def by_list(data: Any, genes: Sequence[str], title: str) -> tuple[Coloring, int]:
    """Return the coloring by the mean bin of some genes, those without a row left out, and how many are in it."""
    rows = data.var_names.get_indexer(list(genes))
    rows = rows[rows >= 0]
    if not len(rows):
        return Coloring(title, kinds=(Kind("samples", np.arange(data.n_obs), GREY),)), 0
    means = np.asarray(data.layers["bins"][:, rows].mean(axis=1), np.float64).ravel()
    return by_number(means, title), len(rows)


def _as_kinds(column: "pd.Series[Any]") -> bool:
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return not numeric or column.nunique() <= min(FEW, len(column) // 3)


def _natural(text: str) -> list[tuple[bool, int, str]]:
    parts = re.split(r"(\d{1,15})", text.lower())
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts if part]
