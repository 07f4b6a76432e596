"""What can be wrong with an upload: each time one sentence that says where, and nothing of the file is run or left behind."""

import gzip
import io
import re
import tracemalloc

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io import limits
from tests.samples.known import SYMBOLS, Known, counts, text

COUNTS = counts()
GOOD = text(COUNTS)


def refusal(path, content: bytes | str | None = None, **corrections) -> str:
    """Return the sentence that a file is refused with."""
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(GeneRAINError) as refused:
        read_expression(path, Known(), **corrections)
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert str(path.parent) not in said
    return said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("# only\n# comments\n", "is empty"),
        ("gene,s1,s2\n", "only a header"),
        ("TP53\nMYC\n", "has one column"),
        ("gene,s1,s2\nTP53,1,2\nMYC,1\nVIM,3,4\n", r"2 fields in line 3 \(it starts with 'MYC'\) but 3 in the others"),
        ("# note\n\ngene,s1,s2\nTP53,1,2\n\nMYC,1,2,9\n", "4 fields in line 6"),
        ("gene,s1,s2\nTP53,1,2\nMYC,high,3\nVIM,4,5\n", r"text 'high' in row 'MYC' \(line 3\), column 's1'"),
        ("gene,s1,s2\nTP53,1,2\nMYC,x,3\n", "row 'MYC'"),
        ("gene,s1,s2\nTP53,1,2\nMYC,2024-03-01,3\nVIM,4,5\n", "date '2024-03-01' in row 'MYC'"),
        ("gene,s1,s2\nTP53,2024-03-01,2\nMYC,2024-03-02,3\n", "dates instead of numbers in column 's1'"),
        ("gene,s1,s2\nTP53,0,0\nMYC,0,0\n", "nothing but zeros"),
        ("gene,s1,s2\nTP53,4,7\n", "holds one gene"),
        ("gene,s1,s2\nTP53,4,inf\nMYC,1,2\n", "infinite value in sample 's2', 'TP53'"),
        ("gene,s1,s2\nTP53,4,1e300\nMYC,1,2\n", r"1e\+300, more than any count, in sample 's2', 'TP53'"),
        ("gene,s1,s2\nTP53,4,1e400\nMYC,1,2\n", "infinite|more than any"),
        ("gene,s1,s2\nTP53,4,2\nMYC,-1,2\n", "negative values, the first -1 in sample 's1', 'MYC'"),
        ("gene,s1,s2\nTP53,4,2\nMYC,,2\n", "no value in 1 cell, the first in sample 's1', 'MYC'"),
        ("gene,s1,s2\nTP53,NA,NA\nMYC,NA,NA\n", "no value in any cell|no column"),
        ("gene,name\nTP53,a\nMYC,b\n", "no column of expression values"),
        ("gene,s1,s2\nTP53,1,2\nMYC,Mar-05,3\nVIM,4,5\n", "date 'Mar-05' in row 'MYC'"),
        ("gene,logFC,logCPM,F,PValue,FDR\nTP53,1,5,2,0.1,0.2\nMYC,2,5,3,0.1,0.2\n", "results of a test between groups"),
        ("gene,logFC,AveExpr,t,P.Value,adj.P.Val,B\nTP53,1,5,2,0.1,0.2,-4\nMYC,2,5,3,0.1,0.2,1\n", "results of a test"),
        ("gene,s1\nfoo,3\nbar,4\n", "no gene name that is known here"),
        ("sample,x\n1,2\n", "one gene|no gene name"),
        ("%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", "a PDF document"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        ('{"a": [1, 2]}', "JSON"),
        ("%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 5\n", "has no names; give the 10x folder"),
        ("#1.2\nrows and columns\nName\tDescription\ts1\n", "numbers of rows and columns in line 2"),
        ("#1.3\n999999999\t999999999\t1\t1\nid\ta\n", "declares 999,999,999 rows"),
    ],
)
def test_text(tmp_path, content, said):
    assert re.search(said, refusal(tmp_path / "table.csv", content))


def test_text_among_numbers_of_a_long_table_is_found(tmp_path):
    rows = [f"G{i},{i},{i + 1}" for i in range(30_000)]
    rows[20_000] = "G20000,1,n.x."
    said = refusal(tmp_path / "a.csv", "gene,s1,s2\n" + "\n".join(rows))
    assert "text 'n.x.' in row 'G20000' (line 20002), column 's2'" in said


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "PNG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "before 2007"),
        (bytes(range(256)) * 20, "binary data"),
        (b"\0" * 5000, "binary data"),
        (b"RDX3\nX\n", "write.csv"),
        (b"x" * 257 + b"ustar\0" + b"\0" * 99, "tar archive"),
        (b"\x1f\x8b\x08\0junkjunkjunk", "gzip file that is cut off or damaged"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-20], "gzip file that is cut off or damaged"),
        (gzip.compress(gzip.compress(GOOD.encode(), mtime=0), mtime=0), "another gzip file inside"),
        (gzip.compress(b"%PDF-1.4 ...", mtime=0), "a PDF"),
        (b"PK\x03\x04 this is no zip", "zip file but is cut off or damaged"),
        (b"PAR1 and nothing else PAR1", "Parquet file but is cut off or damaged"),
        (b"\x89HDF\r\n\x1a\n and nothing else", "HDF5 but cut off"),
        (b"\xff\xfeA\0B", "UTF-16 text but isn't"),
        (GOOD.encode() * 20 + b"\0\0" + GOOD.encode(), "binary data in it"),
    ],
)
def test_what_is_no_table(tmp_path, raw, said):
    assert said in refusal(tmp_path / "table.csv", raw)


def test_missing_file_and_odd_paths(tmp_path):
    assert "is not there" in refusal(tmp_path / "nothing.csv")
    assert "holds nothing; give a 10x folder" in refusal(tmp_path)


def test_missing_values_can_be_taken_as_zero(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("gene,s1,s2\nTP53,4,2\nMYC,NA,2\n")
    found = read_expression(path, Known(), missing_as_zero=True)
    np.testing.assert_array_equal(found.values, [[4, 0], [2, 2]])
    assert "1 cell without a value was taken as 0." in found.notes


def test_file_over_the_limit(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as out:
        out.write(b"gene,s1\n")
        out.truncate(3 << 30)
    assert "holds 3.0 GB of data; up to 2.0 GB are read" in refusal(path)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ("999999999 999999999 5\n1 1 5\n", "declares 999,999,999 rows"),
        ("2 2 9999999999\n1 1 5\n", "9,999,999,999 values"),
        ("30 4 3\n1 1 5\n", "damaged or cut off"),
        ("30 4 1\n99 1 5\n", "damaged or cut off"),
        ("30 4 1\n1 1 five\n", "damaged or cut off"),
        ("30 5 1\n1 1 5\n", "30 genes and 4 barcodes"),
        ("nothing\n", "doesn't begin"),
    ],
)
def test_matrix_market(tmp_path, matrix, said):
    folder = tmp_path / "tenx"
    folder.mkdir()
    (folder / "matrix.mtx").write_text(f"%%MatrixMarket matrix coordinate integer general\n%\n{matrix}")
    (folder / "genes.tsv").write_text("\n".join(SYMBOLS))
    (folder / "barcodes.tsv").write_text("a\nb\nc\nd\n")
    assert said in refusal(folder)


def test_parquet_that_declares_too_much(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"gene": SYMBOLS, "s1": 1.0}).to_parquet(path)
    monkeypatch.setattr(limits, "LABELS", 10)
    assert "declares 30 rows" in refusal(path)


def test_limits_are_said_in_words():
    assert [limits.in_words(n) for n in (12, 3 << 20, 2 << 30)] == ["12 bytes", "3 MB", "2.0 GB"]


PARTS = ["gene", "TP53", "MYC", "s1", "1", "2.5", "-3", "NA", "", " ", ",", "\t", ";", "\n", "\r\n", '"', "#", "é"]
PARTS += ["2024-01-01", "1e999"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_any_text_is_read_or_refused(tmp_path, content):
    path = tmp_path / "any.csv"
    path.write_text(content, newline="")
    try:
        found = read_expression(path, Known(), missing_as_zero=True, back_transform=True)
    except GeneRAINError:
        return
    assert np.isfinite(found.values).all()
    assert (found.values >= 0).all()
    assert found.values.shape == (len(found.samples), len(found.identifiers))
    assert len(set(found.samples)) == len(found.samples)


def _formats() -> list[bytes]:
    out = [gzip.compress(GOOD.encode()), GOOD.encode("utf-16")]
    frame = pd.DataFrame(COUNTS, index=SYMBOLS, columns=list("abcd"))
    parquet = io.BytesIO()
    frame.to_parquet(parquet)
    book, sheet = openpyxl.Workbook(), io.BytesIO()
    for row in frame.reset_index().to_numpy().tolist():
        book.active.append(row)
    book.save(sheet)
    return [*out, parquet.getvalue(), sheet.getvalue()]


FORMATS = _formats()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(range(len(FORMATS))), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_bytes_are_read_or_refused(tmp_path, which, changes):
    raw = bytearray(FORMATS[which])
    for place, value in changes:
        raw[min(int(place * len(raw)), len(raw) - 1)] = value
    path = tmp_path / "any.bin"
    path.write_bytes(raw)
    try:
        read_expression(path, Known())
    except GeneRAINError:
        return


def test_a_number_beside_odd_blanks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("gene,s1,s2\nTP53,4,1\x1c\n" + "MYC,1,2\n" * 20)
    assert read_expression(path, Known()).values[1, :2].tolist() == [1, 2]


def unread(path, said: str = "unpacks to|of data; up to|damaged or uses|but stores nothing") -> bool:
    """Return whether a file was refused before its content took memory."""
    tracemalloc.start()
    try:
        assert re.search(said, refusal(path))
        return tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


def test_parquet_that_unpacks_to_gigabytes(tmp_path):
    zeros = pa.array(np.zeros(20_000))
    pq.write_table(
        pa.table({"gene": [f"G{i}" for i in range(20_000)]} | {f"s{i}": zeros for i in range(800)}), tmp_path / "a.parquet"
    )
    assert unread(tmp_path / "a.parquet")


def test_npz_is_no_table(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros((3000, 3000)))
    assert re.search(r"unpacks to [\d,]+ times its size", refusal(tmp_path / "a.npz"))
