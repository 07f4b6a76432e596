"""Sheets of Excel files hold what openpyxl reads of them, however their XML is written; large and hostile ones are bounded."""

import datetime
import io
import re
import zipfile

import numpy as np
import openpyxl
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.formats.excel import package, sheet_builder
from generain_core.samples.io.formats.excel.spreadsheet import cells_of
from generain_core.samples.io.read import read
from tests.samples.known import SYMBOLS, Known, counts

SHEET = "xl/worksheets/sheet1.xml"


def book_of(rows, **formats) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for place, form in formats.items():
        book.active[place].number_format = form
    book.save(out)
    return out.getvalue()


def changed(raw: bytes, change, *, member: str = SHEET, **more: bytes) -> bytes:
    """Return a workbook with one part written in another way."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == member else content)
        for name, content in more.items():
            target.writestr(name, content)
    return out.getvalue()


def by_openpyxl(raw: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
    sheet.reset_dimensions()
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    filled = [row for row in rows if any(cell not in (None, "") for cell in row)]
    width = max(map(len, filled))
    return [[None if cell == "" else cell for cell in row] + [None] * (width - len(row)) for row in filled]


def odd_rows() -> list[list[object]]:
    rng = np.random.default_rng(0)
    rows: list[list[object]] = [["gene", "a & b", "<c>", None, "é\n2"], []]
    for i in range(60):
        kinds = [
            float(rng.integers(0, 10**9)),
            rng.normal(),
            10.0 ** rng.integers(-300, 300),
            None,
            True,
            f"t{i}",
            "#N/A",
            "null",
        ]
        kinds += [datetime.datetime(2020, 1, 1) + datetime.timedelta(days=i), datetime.time(i % 24, 5), "=1+1", " x ", "'1", 0]
        rows.append([f"G{i}", *(kinds[k] for k in rng.integers(0, len(kinds), i % 40))])
    return rows


@pytest.fixture(scope="module")
def odd() -> bytes:
    raw = book_of(odd_rows(), B3="[hh]:mm:ss", C5="0.00E+00", Z80="@")
    return changed(
        raw,
        lambda xml: xml.replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>").replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"),
    )


def prefixed(xml: bytes) -> bytes:
    xml = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml)
    return xml.replace(b" xmlns=", b" xmlns:x=", 1)


WAYS = {
    "as it is": lambda xml: xml,
    "declared": lambda xml: b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml,
    "with a mark of bytes": lambda xml: b"\xef\xbb\xbf" + xml,
    "prefixed": prefixed,
    "with a comment": lambda xml: xml.replace(b"<sheetData>", b"<sheetData><!-- <row r='1'><c r='A1'><v>7</v></c></row> -->"),
    "utf-16": lambda xml: ('<?xml version="1.0" encoding="UTF-16"?>' + xml.decode()).encode("utf-16"),
    "single quotes": lambda xml: xml.replace(b'"', b"'"),
    "in lines": lambda xml: xml.replace(b"<row", b"\n <row").replace(b"<c ", b"\n  <c ").replace(b"</row>", b"\n </row>\n"),
    "unknown parts": lambda xml: re.sub(rb"<row ", b'<row xmlns:y="u:y" y:dyDescent="0.25" ', xml),
    "kind before style": lambda xml: re.sub(rb'( s="\d+")( t="\w+")', rb"\2\1", xml),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_sheet_holds_what_openpyxl_reads_however_it_is_written(odd, way):
    found, right = cells_of(changed(odd, WAYS[way]), "a.xlsx"), by_openpyxl(odd)
    assert len(found) == len(right)
    for row, (own, other) in enumerate(zip(found, right, strict=True)):
        for cell, expected in zip(own, other, strict=True):
            assert cell == pytest.approx(expected, rel=0, abs=0) if isinstance(expected, float) else cell == expected, row
            assert isinstance(cell, bool) == isinstance(expected, bool)


def test_cells_and_rows_without_places_lie_behind_each_other():
    raw = book_of([["gene", "s1", "s2"], ["TP53", 1, 2], ["MYC", 3, 4]])
    bare = changed(raw, lambda xml: re.sub(rb'<(c|row) r="\w+"', rb"<\1", xml))
    assert cells_of(bare, "a.xlsx") == [["gene", "s1", "s2"], ["TP53", 1, 2], ["MYC", 3, 4]]


LISTED = {
    "xl/sharedStrings.xml": b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<si><t>s1</t></si><si><t>TP53</t></si>%s</sst>",
    "xl/_rels/workbook.xml.rels": b'<Relationship Id="rId99" Target="sharedStrings.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    "[Content_Types].xml": b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
}
TEXTS = {
    "rich": (
        b'<si><r><rPr><b/></rPr><t>ge</t></r><r><t xml:space="preserve">ne </t></r><rPh sb="0" eb="1"><t>no</t></rPh></si>',
        "gene ",
    ),
    "plain": (b'<si><t xml:space="preserve"> gene</t></si>', " gene"),
    "with &": (b"<si><t>a &amp; b</t></si>", "a & b"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_texts_of_the_list_and_dates_since_1904(kind):
    content, text = TEXTS[kind]
    raw = book_of([["gene", "s1"], ["TP53", datetime.datetime(2020, 3, 1)]])
    for place, (old, number) in {"A1": (b"gene", 2), "B1": (b"s1", 0), "A2": (b"TP53", 1)}.items():
        inline = rb'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (place.encode(), old)
        new = b'<c r="%s" t="s"><v>%d</v></c>' % (place.encode(), number)
        raw = changed(raw, lambda xml, inline=inline, new=new: xml.replace(inline, new))
    for member, more in list(LISTED.items())[1:]:
        raw = changed(raw, lambda xml, more=more: xml.replace(b"</" + more.rpartition(b"</")[2], more), member=member)
    raw = changed(raw, lambda xml: xml.replace(b"<workbookPr ", b'<workbookPr date1904="1" '), member="xl/workbook.xml")
    raw = changed(raw, lambda xml: xml, **{"xl/sharedStrings.xml": LISTED["xl/sharedStrings.xml"] % content})
    assert cells_of(raw, "a.xlsx") == by_openpyxl(raw) == [[text, "s1"], ["TP53", datetime.datetime(2024, 3, 2)]]


def test_hidden_sheets_are_read_as_others(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    hidden = book.create_sheet("Counts")
    hidden.sheet_state = "veryHidden"
    for row in [["gene", "s1", "s2"], *([name, 10 + i, 20 * i] for i, name in enumerate(SYMBOLS))]:
        hidden.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").part == "Counts"


def test_a_formula_that_gave_an_empty_text_is_empty(tmp_path):
    rows = [["gene", "s1", "s2", "note"], *([n, 1 + i, 5, '=IF(B2="","x","")'] for i, n in enumerate(SYMBOLS))]
    rows[1][3] = "as typed"
    formula = rb'<c r="(D\d+)"(?: t="\w+")?>(<f>[^<]*</f>)<v ?/>'
    raw = changed(book_of(rows), lambda xml: re.sub(formula, rb'<c r="\1" t="str">\2<v></v>', xml))
    (tmp_path / "a.xlsx").write_bytes(raw)
    assert read_expression(tmp_path / "a.xlsx", Known()).values.shape == (2, 30)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda xml: xml.replace(b'<row r="3"', b'<row r="2"'), "damaged"),
        (lambda xml: xml.replace(b'r="B3"', b'r="B9"'), "damaged"),
        (lambda xml: xml.replace(b'r="B3"', b'r="XFE3"'), "damaged"),
        (lambda xml: xml.replace(b'r="B3"', b'r="D2"'), "damaged"),
        (lambda xml: xml.replace(b'r="A3"', b'r="A9"'), "damaged"),
        (lambda xml: xml.replace(b'r="A3"', b'r="D2"'), "damaged"),
        (lambda xml: xml.replace(b'r="A3"', b'r="XFE3"'), "damaged"),
        (lambda xml: xml.replace(b'r="C3"', b'r="B3"'), "damaged"),
        (lambda xml: xml.replace(b'r="B3"', b'r="A3"'), "damaged"),
        (lambda xml: xml.replace(b'r="B1"', b'r="A1"'), "damaged"),
        (lambda xml: xml.replace(b"<v>3</v>", b"<v>3x</v>"), "damaged"),
        (lambda xml: xml.replace(b't="inlineStr"><is><t>TP53</t></is>', b't="s"><v>99</v>'), "damaged"),
        (lambda xml: xml[: len(xml) // 2], "damaged"),
        (
            lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1).replace(
                b"<v>3</v>", b"<v>&d;</v>"
            ),
            "damaged",
        ),
    ],
)
def test_what_can_not_be_is_refused(change, words):
    raw = book_of([["gene", "s1", "s2"], ["TP53", 1, 2], ["MYC", 3, 4]])
    with pytest.raises(GeneRAINError, match=words):
        cells_of(changed(raw, change), "a.xlsx")


def test_blocks_of_a_sheet_are_cut_between_rows(tmp_path, monkeypatch):
    """A sheet larger than what is read at a time, with rows of unlike width and a column of text among the numbers."""
    from generain_core.samples.io.formats.excel import sheet_rows, sheet_xml

    monkeypatch.setattr(sheet_xml, "_READ", 700)
    monkeypatch.setattr(sheet_rows, "_BLOCK", 200)
    monkeypatch.setattr(sheet_rows, "_PIECE", 50)
    values = counts(40)
    rows = [["gene", *(f"s{i}" for i in range(40)), "note"]]
    rows += [[name, *row.tolist(), *(["x"] if i % 3 else [])] for i, (name, row) in enumerate(zip(SYMBOLS, values, strict=True))]
    raw = book_of([*rows[:10], [], *rows[10:]])
    (tmp_path / "a.xlsx").write_bytes(raw)
    np.testing.assert_array_equal(read_expression(tmp_path / "a.xlsx", Known(), keep_sums=True).values, values.T)


def test_many_sheets_that_show_one_part_are_read_once(tmp_path):
    raw = book_of([["gene", "s1", "s2"], *([name, i + 1, 2 * i] for i, name in enumerate(SYMBOLS))])
    entry = rb'<sheet [^>]*name="Sheet"[^>]*/>'

    def many(xml: bytes) -> bytes:
        one = re.search(entry, xml)[0]
        return xml.replace(one, b"".join(one.replace(b'"Sheet"', b'"S%d"' % i) for i in range(3000)))

    (tmp_path / "a.xlsx").write_bytes(changed(raw, many, member="xl/workbook.xml"))
    assert read_expression(tmp_path / "a.xlsx", Known()).values.shape == (2, 30)


def test_far_cells_take_no_room(tmp_path):
    values = counts()
    book = openpyxl.Workbook()
    for row in [["gene", "s1", "s2", "s3", "s4"], *([n, *r] for n, r in zip(SYMBOLS, values.tolist(), strict=True))]:
        book.active.append(row)
    book.active["XFD1048576"] = ""
    book.active["XFC9"] = " "
    book.save(tmp_path / "a.xlsx")
    np.testing.assert_array_equal(read_expression(tmp_path / "a.xlsx", Known()).values, values.T)


@pytest.mark.parametrize(
    ("limit", "words"),
    [("SHEET_CELLS", "more than 50 cells,"), ("SHEET_TEXTS", "cells of text"), ("SHEET_PIECES", "neither plain")],
)
def test_what_is_more_than_is_read_of_a_sheet_is_refused(monkeypatch, limit, words):
    monkeypatch.setattr(sheet_builder, limit, 50)
    rows = [["TP53", 1, 2, True] for _ in range(60)]
    with pytest.raises(GeneRAINError, match=words):
        cells_of(book_of(rows), "a.xlsx")


def test_a_list_of_texts_is_bounded_whatever_its_part_is_called(monkeypatch):
    raw = book_of([["gene", "s1"], ["TP53", 1]])
    link = LISTED["xl/_rels/workbook.xml.rels"].replace(b"sharedStrings.xml", b"words.xml")
    raw = changed(raw, lambda xml: xml.replace(b"</Relationships>", link), member="xl/_rels/workbook.xml.rels")
    raw = changed(raw, lambda xml: xml, **{"xl/words.xml": LISTED["xl/sharedStrings.xml"] % (b"<si><t>word</t></si>" * 10_000)})
    assert cells_of(raw, "a.xlsx") == [["gene", "s1"], ["TP53", 1]]
    monkeypatch.setattr(package, "_TEXTS_BYTES", 100_000)
    with pytest.raises(GeneRAINError, match="The list of texts in a.xlsx"):
        cells_of(raw, "a.xlsx")


@pytest.mark.parametrize("comment", [b"", b"<!-- read by element -->"])
@pytest.mark.parametrize(
    ("merged", "refused"),
    [("A:C", True), ("$A:$C", True), ("B3:C3", True), ("2:3", True), ("1:1", False), ("?", False), ("", False)],
)
def test_merged_cells_are_told_and_what_names_none_is_passed_over(tmp_path, merged, refused, comment):
    rows = [["A study"], ["gene", "s1", "s2"], *([name, i + 1, 2 * i] for i, name in enumerate(SYMBOLS))]
    cells = b'</sheetData><mergeCells><mergeCell ref="%s"/></mergeCells>' % merged.encode()
    raw = changed(book_of(rows), lambda xml: xml.replace(b"</sheetData>", comment + cells))
    assert cells_of(raw, "a.xlsx")[1] == ["gene", "s1", "s2"]
    (tmp_path / "a.xlsx").write_bytes(raw)
    if refused:
        with pytest.raises(GeneRAINError, match=f"merged cells .{re.escape(merged)} of sheet"):
            read(tmp_path / "a.xlsx")
    else:
        assert read_expression(tmp_path / "a.xlsx", Known()).values.shape == (2, 30)
