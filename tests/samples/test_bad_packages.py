"""Packages that unpack to too much, lie about it, or hold other things."""

import gzip
import re
import struct
import zipfile

import numpy as np
import openpyxl
import pytest

from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io import sniff
from tests.samples.known import Known
from tests.samples.test_bad_input import refusal, unread


def test_gzip_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(sniff, "UNPACKED_BYTES", 1 << 20)
    assert "unpacks to more than" in refusal(tmp_path / "a.csv.gz", gzip.compress(b"0" * (64 << 20)))


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
    from generain_core.samples.io.formats.excel import sheet_builder

    monkeypatch.setattr(sheet_builder, "SHEET_CELLS", 50)
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


@pytest.mark.parametrize("pack", ["gzip", "zip", "xlsx"])
def test_what_is_packed_tighter_than_any_table_is_refused_before_it_is_unpacked(tmp_path, pack):
    content = b"0" * (80 << 20)
    if pack == "gzip":
        said = refusal(tmp_path / "a.csv.gz", gzip.compress(content, 6))
    else:
        member = "counts.csv" if pack == "zip" else "xl/worksheets/sheet1.xml"
        said = refusal(zipped(tmp_path / "a.zip", {member: content}))
    assert re.search(r"unpacks to [\d,]+ times its size", said)


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
