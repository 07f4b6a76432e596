"""A large text that is read block by block is the same table as one that is read at once."""

import gzip

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.io.formats import text_stream, text_table
from generain_core.samples.io.read import read
from tests.samples.known import counts

GENES = 4000
VALUES = np.round(np.repeat(counts(12, 40), 100, axis=0) * 1.237, 3)


def content(sep: str = ",", decimal: str = ".", *, gap: int = 3500) -> str:
    head = sep.join(["gene", "description", "chr", *(f"S{i}" for i in range(12))])
    rows = [head]
    for i, row in enumerate(VALUES):
        cells = [f"{v:.10g}".replace(".", decimal) for v in row]
        if i == gap:
            cells[4] = "NA"
        rows.append(sep.join([f"G{i}", f"word {i % 7}", str(i % 22 + 1), *cells]))
    return "\n".join(rows) + "\n"


def both(path, monkeypatch):
    told: list[float] = []
    at_once = read(path)
    with monkeypatch.context() as patched:
        patched.setattr(text_table, "LARGE", 0)
        patched.setattr(text_stream, "_BLOCK", 1 << 14)
        in_blocks = read(path, progress=lambda share, words: told.append(share))
    return at_once, in_blocks, told


@pytest.mark.parametrize(("sep", "decimal"), [(",", "."), ("\t", "."), (";", ",")])
@pytest.mark.parametrize("packed", [False, True])
def test_the_table_is_the_same(tmp_path, monkeypatch, sep, decimal, packed):
    raw = content(sep, decimal).encode()
    (tmp_path / "a.csv").write_bytes(gzip.compress(raw) if packed else raw)
    at_once, in_blocks, told = both(tmp_path / "a.csv", monkeypatch)
    expected = VALUES.copy()
    expected[3500, 4] = np.nan
    for table in (at_once, in_blocks):
        np.testing.assert_array_equal(table.layers["values"].values, expected)
    assert (in_blocks.rows, in_blocks.notes, in_blocks.rows_named) == (at_once.rows, at_once.notes, at_once.rows_named)
    assert in_blocks.row_texts.equals(at_once.row_texts)
    assert len(told) > 5
    assert told == sorted(told)
    assert told[-1] <= 1


def test_what_the_first_lines_do_not_show_is_read_as_before(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    lines = content().splitlines()
    lines[3000] = lines[3000].replace("G2999,", '"G2999, or so",', 1)
    path.write_text("\n".join(lines))
    at_once, in_blocks, _ = both(path, monkeypatch)
    assert in_blocks.rows == at_once.rows
    assert in_blocks.rows[2999] == "G2999, or so"
    monkeypatch.setattr(text_table, "LARGE", 0)
    for wrong, words in (
        ("G2999,word 3,8,abc,", "the text 'abc' in row 'G2999' .line 3001"),
        ("G2999,word", "fields in line 3001"),
    ):
        lines[3000] = wrong + ",1" * 11 if "abc" in wrong else wrong
        path.write_text("\n".join(lines).replace("abc,,", "abc,"))
        with pytest.raises(GeneRAINError, match=words):
            read(path)
