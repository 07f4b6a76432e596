"""Text in columns of fixed width, whose cells may hold spaces or nothing."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.io.read import read
from tests.samples.io.test_read_text import COUNTS, assert_same, expression
from tests.samples.known import SYMBOLS


def aligned(rows: list[list[str]], *, right: bool = True) -> str:
    """Return cells in columns of fixed width, as R prints them and as pandas writes them with `to_string`."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    cells = [
        [cell.rjust(width) if right and i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True))]
        for row in rows
    ]
    return "\n".join(" ".join(row).rstrip() for row in cells) + "\n"


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("corner", ["gene", ""])
def test_fixed_width_with_cells_that_hold_spaces_or_nothing(tmp_path, right, corner):
    rows = [[corner, "description", *(f"s{i + 1}" for i in range(4))]]
    rows += [
        [n, "a protein of it"[: 5 + i], *(f"{v:.0f}" for v in r)] for i, (n, r) in enumerate(zip(SYMBOLS, COUNTS, strict=True))
    ]
    assert_same(expression(tmp_path / "a.txt", aligned(rows, right=right)))
    for i in range(1, len(rows)):
        rows[i][2 + i % 4] = ""
    for content in (aligned(rows, right=right), aligned([[row[0], *row[2:]] for row in rows], right=right)):
        with pytest.raises(GeneRAINError, match="has no value in 30 cells, the first in sample 's4', 'GAPDH'|first in .*'s1'"):
            expression(tmp_path / "b.txt", content)
        found = expression(tmp_path / "b.txt", content, missing_as_zero=True)
        expected = COUNTS.copy()
        expected[np.arange(30), [i % 4 for i in range(1, 31)]] = 0
        assert_same(found, expected)
    titled = [
        [corner, "Sample 1", "Sample 2"],
        *([n, f"{a:.0f}", f"{b:.0f}"] for n, (a, b) in zip(SYMBOLS, COUNTS[:, :2], strict=True)),
    ]
    found = expression(tmp_path / "c.txt", aligned(titled, right=right))
    assert found.samples == ("Sample 1", "Sample 2")
    np.testing.assert_array_equal(found.values, COUNTS[:, :2].T)


OVERFLOWS = {
    "a long name": "gene      s1     s2\nTP53       5      6\nMYC               8\nLONGNAMEGENE 12345  1\n",
    "a long description": "gene  desc       s1  s2\nTP53  tumor gene  5   6\nMYC   m onc      7   8\nTNF   x y z      2   1\n",
    "a description nearly as long": "gene desc  s1 s2\nTP53 a b c  5  6\nMYC  d      7\nA1BG e f g h i 2  1\n",
    "one line of narrow columns": "gene s1 s2\nTP53  5  6\nMYC      8\nLONGN 7  9\n",
    "a column without a title": "gene   s1\nTP53    5   6\nMYC         8\nA1BG    2   1\n",
}


@pytest.mark.parametrize("content", OVERFLOWS.values(), ids=OVERFLOWS)
def test_lines_that_leave_their_columns_move_no_value(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_text(content)
    with pytest.raises(GeneRAINError, match="fields in line"):
        read(path)


@pytest.mark.parametrize("length", range(4, 24))
@pytest.mark.parametrize("right", [True, False])
def test_one_long_name_is_refused_or_read_right(tmp_path, right, length):
    rows = [["gene", "s1", "s2"], *([n, f"{a:.0f}", f"{b:.0f}"] for n, (a, b) in zip(SYMBOLS, COUNTS[:, :2], strict=True))]
    rows[3][1] = ""
    lines = aligned(rows, right=right).splitlines()
    behind = lines[9].split(" ", 1)[1]
    room = len(lines[9]) - len(behind.lstrip())
    lines[9] = ("L" * length).ljust(room) + behind.lstrip() if length < room else "L" * length + " " + behind.lstrip()
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines) + "\n")
    try:
        found = read(path).layers["values"]
    except GeneRAINError:
        return
    expected = COUNTS[:, :2].copy()
    expected[2, 0] = np.nan
    assert found.columns == ("s1", "s2")
    np.testing.assert_array_equal(found.values, expected)


def test_numbers_in_line_by_their_points_are_read(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("gene   s1     s2\nTP53   5.25   6\nMYC          18.5\nA1BG  12.5    1.25\n")
    values = read(path).layers["values"].values
    np.testing.assert_array_equal(values, [[5.25, 6], [np.nan, 18.5], [12.5, 1.25]])
