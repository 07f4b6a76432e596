"""Text whose columns are aligned by spaces, with cells that are empty or hold spaces: told apart by their places in the line."""

import re

import numpy as np

_SEVERAL = re.compile(r"[-+.\deE]+( +[-+.\deE]+)+")
_MOST_BYTES, _LONGEST = 64 << 20, 100_000
SAID = "The columns are aligned by spaces; they were told apart by their places in the line."


def by_places(raw: bytes) -> bytes | None:
    """Return a text with tabs between its columns; None where spaces alone tell them apart as well, or nothing does.

    A column is a run of places where some line holds something; between columns all lines hold spaces. A title over two runs,
    of which one holds nothing else, is one column.

    Args:
        raw: UTF-8 without tabs.
    """
    if b"\t" in raw or b"  " not in raw or len(raw) > _MOST_BYTES:
        return None
    lines = [line for line in raw.decode().splitlines() if line.strip()]
    counts = {len(line.split()) for line in lines[1:]}
    if len(lines) < 3 or max(map(len, lines)) > _LONGEST:
        return None
    columns = _columns(lines)
    titles = len(lines[0].split())
    by_spaces = len(counts) == 1 and titles in (min(counts), min(counts) - 1)
    if len(columns) < 2 or (by_spaces and len(columns) <= min(counts)):
        return None
    rows = [[line[first:last].strip() for first, last in columns] for line in lines]
    if any(_SEVERAL.fullmatch(cell) for row in rows[1:] for cell in row):
        return None
    return "".join("\t".join(row) + "\n" for row in rows).encode()


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
