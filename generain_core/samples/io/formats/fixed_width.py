"""Text whose columns are aligned by spaces, with cells that are empty or hold spaces: told apart by their places in the line."""

import re
from collections.abc import Sequence

import numpy as np

_SEVERAL = re.compile(r"[-+.\deE]+( +[-+.\deE]+)+")
_NUMBER = re.compile(r"[-+]?[\d.]+([eE][-+]?\d+)?")
_AND_NUMBER = re.compile(r"\S.* [-+]?[\d.]+([eE][-+]?\d+)?|[-+]?[\d.]+([eE][-+]?\d+)? .*\S")
_MOST_BYTES, _LONGEST = 64 << 20, 100_000
SAID = "The columns are aligned by spaces; they were told apart by their places in the line."


def by_places(raw: bytes) -> bytes | None:
    """Return a text with tabs between its columns; None where spaces alone tell them apart as well, or nothing does.

    A column is a run of places where some line holds something; between columns all lines hold spaces. A title over two runs,
    of which one holds nothing else, is one column. The numbers of a column begin, end or have their decimal points in one place,
    and a title stands over them: a line whose long name or number pushes the others aside leaves the file to be refused.

    Args:
        raw: UTF-8 without tabs.
    """
    if b"\t" in raw or b"  " not in raw or len(raw) > _MOST_BYTES:
        return None
    lines = [line for line in raw.decode().splitlines() if line.strip()]
    counts = {len(line.split()) for line in lines[1:]}
    if len(lines) < 3 or max(map(len, lines)) > _LONGEST:
        return None
    columns = _with_last_words(_columns(lines), lines)
    titles = len(lines[0].split())
    by_spaces = len(counts) == 1 and titles in (min(counts), min(counts) - 1)
    if len(columns) < 2 or (by_spaces and len(columns) <= min(counts)):
        return None
    rows = [[line[first:last].strip() for first, last in columns] for line in lines]
    cells = list(zip(*rows, strict=True))
    if any(map(_joins_several, cells)) or not all(column[0] for column in cells[1:]):
        return None
    if not all(_in_line(lines[1:], *places) for places in columns):
        return None
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def _joins_several(column: Sequence[str]) -> bool:
    """Say whether a column seems to hold several: wide gaps, numbers side by side, or names and numbers in most cells."""
    filled = [cell for cell in column[1:] if cell]
    if any("  " in cell for cell in column) or any(map(_SEVERAL.fullmatch, filled)):
        return True
    return 2 * sum(_AND_NUMBER.fullmatch(cell) is not None for cell in filled) > len(filled)


def _with_last_words(columns: Sequence[tuple[int, int]], lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return columns, those of words without a title one place behind another taken as its last words."""
    out = list(columns[:1])
    for first, last in columns[1:]:
        cells = {line[first:last].strip() for line in lines[1:]} - {""}
        words = not lines[0][first:last].strip() and not any(map(_NUMBER.fullmatch, cells))
        if words and len(out) > 1 and first - out[-1][1] == 1:
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out


def _in_line(lines: Sequence[str], first: int, last: int) -> bool:
    """Say whether the numbers of a column begin, end or have their decimal points in one place."""
    starts, ends, points = set[int](), set[int](), set[int]()
    for line in lines:
        cell = line[first:last]
        text = cell.strip()
        if _NUMBER.fullmatch(text):
            starts.add(start := len(cell) - len(cell.lstrip()))
            ends.add(start + len(text))
            points.add(start + (text.index(".") if "." in text else len(text)))
    return min(len(starts), len(ends), len(points)) < 2


def _columns(lines: list[str]) -> list[tuple[int, int]]:
    """Return where columns begin and end."""
    width = max(map(len, lines))
    held, below = np.zeros(width, bool), np.zeros(width, bool)
    for i, line in enumerate(lines):
        filled = np.array([sign != " " for sign in line])
        held[: len(line)] |= filled
        if i:
            below[: len(line)] |= filled
    edges = np.flatnonzero(np.diff(np.concatenate([[0], held.astype(np.int8), [0]])))
    out = list[tuple[int, int]]()
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        close = bool(out) and first - out[-1][1] == 1
        if close and not (below[first:last].any() and below[out[-1][0] : out[-1][1]].any()):
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out
