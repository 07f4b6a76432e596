"""Where a table's genes are, and in which layer; what is about as likely is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.identifiers import GeneNames
from generain_core.samples.interpret.roles.measures import quantity_named
from generain_core.samples.interpret.value_kind import ACCEPTED_KINDS
from generain_core.samples.interpret.values import Values
from generain_core.samples.io.raw_table import COLUMN_NAMES, ROW_NAMES, Layer, RawTable
from generain_core.text import listed

_NAMED, _TIMES, _SQUARE = 0.1, 2.0, 4.0
"""Both axes have names of genes where a tenth are known on each, neither twice as many, and neither is four times as long."""
_TINY, _LOW, _TALL = 10, 100, 20
"""Fewer than 10 names (or than 100, unless most are symbols) are no genes beside an axis 20 times as long."""
_LOOK = 20
_PARTS = ("spliced", "unspliced", "ambiguous", "spanning")
"""Layers of RNA velocity: parts of the counts."""


@dataclass(frozen=True)
class Question:
    """What has to be said of a table before it is used.

    Attributes:
        sentence: what is unclear, as the rest of a sentence on the file.
        choices: what may be said.
    """

    sentence: str
    choices: tuple[str, ...]


def asks_orientation(looked: Sequence[GeneNames], raw: RawTable, layer: Layer) -> Question | None:
    """Return the question where the genes are, if rows and columns are both called like genes and neither is much longer."""
    if "values" not in raw.layers:
        return None
    best = {axis: max((n.likely for n in looked if n.axis == axis), default=0.0) for axis in ("rows", "columns")}
    lengths = sorted(layer.values.shape)
    alike = min(best.values()) > _NAMED and max(best.values()) < _TIMES * min(best.values())
    if not alike or lengths[1] >= _SQUARE * lengths[0]:
        return None
    shares = {axis: max((n.recognized for n in looked if n.axis == axis), default=0.0) for axis in best}
    return Question(
        f"has names of genes in rows ({100 * shares['rows']:.0f} % known) and in columns ({100 * shares['columns']:.0f} %): say "
        "where the genes are",
        ("rows", "columns"),
    )


def likely_axis(looked: Sequence[GeneNames], raw: RawTable, layer: Layer, gene_column: str | None) -> str:
    """Return where the genes are; if both axes are named by genes, as of knock-downs, where more are or the format has them.

    A few columns that are called like genes (EOS, CMP; A, B, C) beside thousands of rows are samples.
    """
    for names in looked:
        if names.name == gene_column:
            return names.axis
    best = {
        axis: max((n for n in looked if n.axis == axis), key=lambda n: n.likely, default=None) for axis in ("rows", "columns")
    }
    lengths = dict(zip(("rows", "columns"), layer.values.shape, strict=True))
    rows, columns = (0.0 if names is None or _by_chance(names, lengths) else names.likely for names in best.values())
    more = "rows" if lengths["rows"] >= lengths["columns"] else "columns"
    if "values" not in raw.layers and columns > 0.1:
        return "columns"
    if max(rows, columns) <= 0.02 or min(rows, columns) > 0.3:
        return more
    return "rows" if rows > columns else "columns"


def _by_chance(names: GeneNames, lengths: Mapping[str, int]) -> bool:
    """Say whether so few names stand beside so long an axis that they are no genes, whatever they are called."""
    own, other = lengths[names.axis], lengths["columns" if names.axis == "rows" else "rows"]
    return other >= _TALL * own and (own < _TINY or (own < _LOW and names.exact < 0.8))


def best_names(looked: Sequence[GeneNames], axis: str) -> str:
    """Return whose names along an axis are best known."""
    return max((n for n in looked if n.axis == axis), key=lambda n: (round(n.recognized, 3), round(n.likely, 3))).name


def why_axis(looked: Sequence[GeneNames], axis: str, column: str) -> str:
    """Say why genes are thought to be along an axis."""
    best = next((n for n in looked if (n.axis, n.name) == (axis, column)), None)
    other = max((n for n in looked if n.axis != axis), key=lambda n: n.recognized, default=None)
    if best is None or not best.likely:
        return "no names were recognized, and a table usually has more genes than samples."
    where = f"of the {column}" if column in (ROW_NAMES, COLUMN_NAMES) else f"of column {column}"
    against = f" against {100 * other.recognized:.0f} % in {other.axis}" if other else ""
    return (
        f"{100 * best.recognized:.0f} % {where} are known genes,{against}."
        if against
        else f"{100 * best.recognized:.0f} % {where} are known genes."
    )


def settle_layers(raw: RawTable, ordered: Mapping[str, Values]) -> tuple[str, Question | None]:
    """Return the layer to take of those that hold the same kind of values, the best first; and the question, if they differ.

    A layer that holds all of another's genes and values, and more genes, is taken in its place: depth needs them.
    """
    first = next(iter(ordered))
    kind = ordered[first].kind
    rivals = [name for name, values in ordered.items() if values.kind == kind and name != first and not _is_part(name)]
    if kind not in ACCEPTED_KINDS or not rivals:
        return first, None
    different = []
    for name in rivals:
        if _holds(raw.layers[name], raw.layers[first]):
            first = name if len(raw.layers[name].columns) > len(raw.layers[first].columns) else first
        elif not _holds(raw.layers[first], raw.layers[name]):
            different.append(name)
    if not different:
        return first, None
    names = [first, *different]
    return first, Question(f"holds {kind} in several layers that differ ({listed(names)}): say which to take", tuple(names))


def _is_part(name: str) -> bool:
    return name.rsplit("/", 1)[-1].lower() in _PARTS


def _holds(whole: Layer, part: Layer) -> bool:
    """Say whether a layer holds the genes of another with the same values, by some of the samples."""
    place = {name: i for i, name in enumerate(whole.columns)}
    if whole.values.shape[0] != part.values.shape[0] or not all(name in place for name in part.columns):
        return False
    rows = np.unique(np.linspace(0, part.values.shape[0] - 1, min(_LOOK, part.values.shape[0])).astype(int))
    columns = np.array([place[name] for name in part.columns])
    return np.array_equal(_dense(whole, rows)[:, columns], _dense(part, rows), equal_nan=True)


def _dense(layer: Layer, rows: np.ndarray) -> np.ndarray:
    some: Any = layer.values[rows]
    dense: Any = some.toarray() if hasattr(some, "toarray") else some
    return np.asarray(dense, np.float64)


def of_quantity(raw: RawTable, measure: str, layer: str | None) -> str:
    """Return the layer that holds a quantity, of a file that has a layer for each.

    Raises:
        GeneRAINError: none does, or another layer was named too.
    """
    named = quantity_named(list(raw.layers), measure)
    if not named or layer not in (None, named):
        there = listed(list(raw.layers), "or")
        what = f"no {measure} among its quantities" if not named else f"{measure} in {named}, not in {layer}"
        raise GeneRAINError(f"{raw.source} has {what}; choose {there}.")
    return named
