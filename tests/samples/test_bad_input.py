"""What can be wrong with an upload: each time one sentence that says where, and nothing of the file is run or left behind."""

import gzip
import io
import re
import struct
import tracemalloc
import zipfile
import zlib

import anndata
import h5py
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
from generain_core.samples.io import limits, sniff
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
    rows[20_000] = "G20000,1,n.d."
    said = refusal(tmp_path / "a.csv", "gene,s1,s2\n" + "\n".join(rows))
    assert "text 'n.d.' in row 'G20000' (line 20002), column 's2'" in said


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
        (gzip.compress(GOOD.encode())[:-20], "gzip file that is cut off or damaged"),
        (gzip.compress(gzip.compress(GOOD.encode())), "another gzip file inside"),
        (gzip.compress(b"%PDF-1.4 ..."), "a PDF"),
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


def test_gzip_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(sniff, "UNPACKED_BYTES", 1 << 20)
    assert "unpacks to more than" in refusal(tmp_path / "a.csv.gz", gzip.compress(b"0" * (64 << 20)))


def test_file_over_the_limit(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as out:
        out.write(b"gene,s1\n")
        out.truncate(3 << 30)
    assert "holds 3.0 GB of data; up to 2.0 GB are read" in refusal(path)


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_zip_bomb_that_declares_its_size(tmp_path, monkeypatch):
    path = zipped(tmp_path / "a.zip", {"matrix.mtx": b"0" * (8 << 20)})
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 0xF0000000)
    assert "of data; up to 2.0 GB are read" in refusal(tmp_path / "b.zip", bytes(raw))


def test_zip_bomb_that_lies_about_its_size(tmp_path):
    path = zipped(tmp_path / "a.zip", {"counts.csv": b"0" * (8 << 20)})
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = raw.index(signature)
        raw[at + offset : at + offset + 4] = struct.pack("<I", 100)
    assert "damaged" in refusal(tmp_path / "b.zip", bytes(raw))


@pytest.mark.parametrize("name", ["../matrix.mtx", "/etc/matrix.mtx", "a/../../matrix.mtx", "..\\matrix.mtx", "C:\\matrix.mtx"])
def test_zip_with_a_path_outside(tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    assert "path outside" in refusal(zipped(folder / "a.zip", {name: b"%%MatrixMarket"}))
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_zips_of_other_things(tmp_path):
    assert "holds a.txt, b.txt" in refusal(zipped(tmp_path / "a.zip", {"a.txt": "1", "b.txt": "2"}))
    assert "holds nothing" in refusal(zipped(tmp_path / "b.zip", {}))
    assert "is a Word document" in refusal(
        zipped(tmp_path / "b.docx", {"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})
    )
    assert "is an OpenDocument file" in refusal(zipped(tmp_path / "b.ods", {"mimetype": "x", "content.xml": "<x/>"}))
    assert "another zip file inside" in refusal(zipped(tmp_path / "c.zip", {"a.zip": (tmp_path / "a.zip").read_bytes()}))


def test_xlsx(tmp_path):
    empty = openpyxl.Workbook()
    empty.save(tmp_path / "empty.xlsx")
    assert "is empty" in refusal(tmp_path / "empty.xlsx")
    damaged = zipped(tmp_path / "damaged.xlsx", {"xl/workbook.xml": "<a", "[Content_Types].xml": "<b"})
    assert "damaged" in refusal(damaged)
    only = openpyxl.Workbook()
    only.active.append(["gene", "s1"])
    only.save(tmp_path / "header.xlsx")
    assert "only a header" in refusal(tmp_path / "header.xlsx")


def test_xlsx_with_too_many_cells(tmp_path, monkeypatch):
    from generain_core.samples.io.formats import spreadsheet

    monkeypatch.setattr(spreadsheet, "SHEET_CELLS", 50)
    book = openpyxl.Workbook()
    for _ in range(30):
        book.active.append(["TP53", 1, 2])
    book.save(tmp_path / "a.xlsx")
    assert "more than 50 cells" in refusal(tmp_path / "a.xlsx")


def test_xlsx_in_a_zip_is_read(tmp_path):
    book = openpyxl.Workbook()
    for row in (["gene", "s1", "s2"], ["TP53", 1, 2], ["MYC", 3, 4]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    path = zipped(tmp_path / "a.zip", {"a.xlsx": (tmp_path / "a.xlsx").read_bytes()})
    assert read_expression(path, Known()).values.tolist() == [[1, 3], [2, 4]]


def test_h5_that_is_no_h5ad(tmp_path):
    with h5py.File(tmp_path / "a.loom", "w") as file:
        file["matrix"], file["row_attrs/Gene"] = np.zeros((2, 2)), np.array([b"TP53", b"MYC"])
    assert "holds nothing but zeros" in refusal(tmp_path / "a.loom")
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        file["images"] = np.zeros(3)
    assert "neither an h5ad" in refusal(tmp_path / "a.h5ad")
    with h5py.File(tmp_path / "b.h5ad", "w") as file:
        file["obs"], file["var"], file["X"] = 1, 2, 3
    refusal(tmp_path / "b.h5ad")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_truncated_h5ad(tmp_path, share):
    path = tmp_path / "a.h5ad"
    anndata.AnnData(COUNTS.T, obs=pd.DataFrame(index=list("abcd")), var=pd.DataFrame(index=SYMBOLS)).write_h5ad(path)
    raw = path.read_bytes()
    assert "cut off" in refusal(path, raw[: int(share * len(raw))])


def _h5ad(path, write_x):
    with h5py.File(path, "w") as file:
        for name, labels in (("obs", ["a", "b"]), ("var", SYMBOLS)):
            group = file.create_group(name)
            group.attrs["_index"] = "_index"
            group["_index"] = [s.encode() for s in labels]
        write_x(file)
    return path


def test_h5ad_that_declares_gigabytes(tmp_path):
    def huge(file):
        file.create_dataset("X", shape=(500_000, 60_000), dtype="f4", chunks=(1000, 1000))

    assert "declares 111.8 GB but stores nothing" in refusal(_h5ad(tmp_path / "a.h5ad", huge))

    def sparse(file):
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", (2, 30)
        for part in ("data", "indices", "indptr"):
            group.create_dataset(part, shape=(900_000_000,), dtype="f4" if part == "data" else "i8", chunks=(1000,))

    assert "declares 3.4 GB but stores nothing" in refusal(_h5ad(tmp_path / "b.h5ad", sparse))


@pytest.mark.parametrize(
    ("indices", "indptr"),
    [([0, 99], [0, 1, 2]), ([0, -5], [0, 1, 2]), ([0, 1], [0, 9, 2]), ([0, 1], [0, 1]), ([0, 1], [1, 1, 2])],
)
def test_h5ad_whose_indices_point_outside(tmp_path, indices, indptr):
    def lying(file):
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", (2, 30)
        group["data"], group["indices"], group["indptr"] = [1.0, 2.0], indices, indptr

    assert "indices point outside" in refusal(_h5ad(tmp_path / "a.h5ad", lying))


def test_h5ad_that_points_to_other_files(tmp_path):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.arange(60, dtype="f8").tobytes())

    def external(file):
        file.create_dataset("X", shape=(2, 30), dtype="f8", external=[(str(secret), 0, 480)])

    assert "in another file" in refusal(_h5ad(tmp_path / "a.h5ad", external))

    def link(file):
        file["X"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "X")

    assert "in another file" in refusal(_h5ad(tmp_path / "b.h5ad", link))

    def virtual(file):
        layout = h5py.VirtualLayout(shape=(2, 30), dtype="f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "X", shape=(2, 30))
        file.create_virtual_dataset("X", layout)

    assert "in another file" in refusal(_h5ad(tmp_path / "c.h5ad", virtual))


@pytest.mark.parametrize("packing", [None, "gzip", "lzf", "shuffle"])
def test_h5ad_whose_strings_declare_gigabytes(tmp_path, packing):
    path = tmp_path / "a.h5ad"
    options = {"shuffle": True, "compression": "gzip"} if packing == "shuffle" else {"compression": packing}
    _h5ad(path, lambda file: file.create_dataset("X", data=COUNTS.T[:2]))
    with h5py.File(path, "a") as file:
        del file["var/_index"]
        file["var"].create_dataset("_index", data=SYMBOLS, dtype=h5py.string_dtype(), chunks=(7,) if packing else None, **options)
    assert read_expression(path, Known()).identifiers == tuple(SYMBOLS)
    with h5py.File(path, "a") as file:
        stored = file["var/_index"].id
        if packing == "lzf":
            return
        if packing:
            _, raw = stored.read_direct_chunk((0,))
            entries = bytearray(zlib.decompress(raw))
            entries[7 * 3 if packing == "shuffle" else 3] = 0xF0
            stored.write_direct_chunk((0,), zlib.compress(bytes(entries)))
        offset = stored.get_offset()
    if not packing:
        raw = bytearray(path.read_bytes())
        raw[offset + 3] = 0xF0
        path.write_bytes(raw)
    assert "strings of unlikely length" in refusal(path)


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


@pytest.mark.parametrize("pack", ["gzip", "zip", "xlsx"])
def test_what_is_packed_tighter_than_any_table_is_refused_before_it_is_unpacked(tmp_path, pack):
    content = b"0" * (80 << 20)
    if pack == "gzip":
        said = refusal(tmp_path / "a.csv.gz", gzip.compress(content, 6))
    else:
        member = "counts.csv" if pack == "zip" else "xl/worksheets/sheet1.xml"
        said = refusal(zipped(tmp_path / "a.zip", {member: content}))
    assert re.search(r"unpacks to [\d,]+ times its size", said)


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


def _zeros_h5ad(path, layers, stored: bool):
    def write(file):
        for layer in layers:
            file.create_dataset(
                layer, shape=(2, 10_000_000 if stored else 90_000_000), dtype="f8", chunks=(1, 1_000_000), compression=9
            )
            if stored:
                file[layer][:] = 1.0

    return _h5ad(path, write)


@pytest.mark.parametrize("stored", [True, False])
def test_h5ad_that_unpacks_to_gigabytes(tmp_path, stored):
    path = _zeros_h5ad(tmp_path / "a.h5ad", ["X"], stored)
    assert path.stat().st_size < 2 << 20
    assert unread(path)
    inside = zipped(tmp_path / "b.zip", {"b.h5ad": path.read_bytes()})
    assert unread(inside)
    gz = tmp_path / "c.h5ad.gz"
    gz.write_bytes(gzip.compress(path.read_bytes()))
    assert unread(gz)


def test_h5ad_whose_layers_are_too_much_together(tmp_path):
    def write(file):
        file.create_group("layers")
        for i in range(30):
            file.create_dataset(f"layers/l{i}", shape=(2, 6_000_000), dtype="u1", chunks=(1, 1_000_000), compression=1)

    assert "all layers together, holds 2.7 GB" in refusal(_h5ad(tmp_path / "a.h5ad", write))


def test_sparse_h5ad_whose_parts_differ_is_refused_before_it_is_read(tmp_path):
    def write(file):
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", (2, 30)
        group["data"], group["indptr"] = [1.0, 2.0], [0, 1, 2]
        group.create_dataset("indices", shape=(200_000_000,), dtype="i4", chunks=(1_000_000,), compression=9)

    assert unread(_h5ad(tmp_path / "a.h5ad", write), "indices point outside")


def test_parquet_that_unpacks_to_gigabytes(tmp_path):
    zeros = pa.array(np.zeros(20_000))
    pq.write_table(
        pa.table({"gene": [f"G{i}" for i in range(20_000)]} | {f"s{i}": zeros for i in range(800)}), tmp_path / "a.parquet"
    )
    assert unread(tmp_path / "a.parquet")


def test_xlsx_with_a_flood_of_texts_or_entities(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["gene", "s1"])
    book.active.append(["TP53", 5])
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good:
        members = {name: good.read(name) for name in good.namelist()}
    flood = b"".join(b"<si><t>%d</t></si>" % i for i in np.random.default_rng(0).integers(0, 9, 40_000)) * 105
    assert unread(zipped(tmp_path / "a.xlsx", members | {"xl/sharedStrings.xml": b"<sst>" + flood + b"</sst>"}))
    lines = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    laugh = f'<!DOCTYPE l [<!ENTITY a0 "aaaaaaaaaa">{lines}]>'.encode()
    sheet = (
        members["xl/worksheets/sheet1.xml"].replace(b"<worksheet", laugh + b"<worksheet", 1).replace(b"<v>5</v>", b"<v>&a9;</v>")
    )
    assert unread(zipped(tmp_path / "b.xlsx", members | {"xl/worksheets/sheet1.xml": sheet}))


def test_npz_is_no_table(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros((3000, 3000)))
    assert re.search(r"unpacks to [\d,]+ times its size", refusal(tmp_path / "a.npz"))
