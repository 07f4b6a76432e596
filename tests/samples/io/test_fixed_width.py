"""Text in columns of fixed width, whose cells may hold spaces or nothing."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
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
