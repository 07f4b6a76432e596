"""Blocks of samples beside each other, each behind a column of gene names of its own, in an order of its own."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.text import echo, with_noun

Column = tuple[str, np.ndarray]
Key = tuple[str, int]
_ALIKE = 0.5
_FEWEST = 2


def joined_blocks(
    columns: Sequence[Column], texts: Sequence[Column], numbers: Sequence[Column], name: str, notes: list[str]
) -> tuple[list[Column], list[Column]]:
    """Return texts and numbers with every block in the order of the first, by its own names; as they are without any.

    Args:
        columns: of the file, in its order.
        texts: those of names and texts.
        numbers: those of values, in the same order.
        name: of the file, for messages.
        notes: taken so far; what is done is added.

    Raises:
        GeneRAINError: two blocks do not name the same genes, so that rows of one have no place in the other.
    """
    of_texts = {id(values) for _, values in texts}
    text_places = [i for i, (_, values) in enumerate(columns) if id(values) in of_texts]
    value_places = [i for i in range(len(columns)) if i not in set(text_places)]
    if not numbers or not texts or (len(text_places), len(value_places)) != (len(texts), len(numbers)):
        return list(texts), list(numbers)
    placed = dict(zip(text_places, texts, strict=True)) | dict(zip(value_places, numbers, strict=True))
    leading = [placed[i] for i in text_places if i < value_places[0]]
    own = [(title, _names(values)) for title, values in leading]
    starts = dict[int, np.ndarray]()
    for i in sorted(placed):
        if i < value_places[0] or i > value_places[-1] or not (i in text_places or _repeats_title(placed[i][0], leading)):
            continue
        names = _names(placed[i][1])
        other = next(((title, known) for title, known in own if _same_genes(known, names)), None)
        if other is not None and other[1] != names:
            starts[i] = _rows_of(other[1], names, (other[0], placed[i][0]), name)
    if not starts:
        return list(texts), list(numbers)
    more, verb = with_noun(len(starts), "block"), "was" if len(starts) == 1 else "were"
    notes.append(f"{more} of samples beside the first, with names of genes in another order, {verb} joined by its own names.")
    return _moved(placed, text_places, starts), _moved(placed, value_places, starts)


def _moved(placed: Mapping[int, Column], places: Sequence[int], starts: Mapping[int, np.ndarray]) -> list[Column]:
    """Return columns with those of each block in the order of the first; the blocks' own names go."""
    out = []
    for i in places:
        before = [start for start in starts if start < i]
        title, values = placed[i]
        if i not in starts:
            out.append((title, values[starts[max(before)]] if before else values))
    return out


def _repeats_title(title: str, leading: Sequence[Column]) -> bool:
    """Say whether a column of numbers has the title of one of the first names, as of Entrez IDs."""
    return any(own and re.fullmatch(rf"{re.escape(own)}(\.\d+)?", title) for own, _ in leading)


def _names(values: np.ndarray) -> list[str]:
    if values.dtype == object:
        return ["" if value is None else str(value).strip() for value in values.tolist()]
    return ["" if value != value else f"{value:.0f}" for value in values.tolist()]


def _same_genes(known: Sequence[str], names: Sequence[str]) -> bool:
    """Say whether most of a column's names are another's, and they are too many for labels of groups."""
    different = set(names) - {""}
    return len(different) >= max(_FEWEST, _ALIKE * len(names)) and len(different.intersection(known)) >= _ALIKE * len(different)


def _rows_of(known: Sequence[str], names: Sequence[str], titles: tuple[str, str], name: str) -> np.ndarray:
    """Return for each row of the first block the row of another that has its name."""
    places, wanted = {key: i for i, key in enumerate(_keys(names))}, _keys(known)
    if apart := set(places).symmetric_difference(wanted):
        raise GeneRAINError(
            f"{name} holds two tables side by side whose columns of genes, {titles[0] or 'the first'} and "
            f"{titles[1] or 'another'}, don't name the same ones, such as {echo(min(apart)[0])}; give each in a file of its own."
        )
    return np.array([places[key] for key in wanted])


def _keys(names: Sequence[str]) -> list[Key]:
    seen, out = Counter[str](), list[Key]()
    for each in names:
        out.append((each, seen[each]))
        seen[each] += 1
    return out
