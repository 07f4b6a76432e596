"""Excel files made by hand to harm: many sheets, many rows, far cells, floods of texts, styles and odd XML."""

import io
import zipfile
from collections.abc import Callable

from tests.hostile.files import Good

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OPENING, _CLOSING = f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode(), b"</sheetData></worksheet>"
_ROWS = 1 << 20


def workbooks() -> list[Good]:
    """Return them; the name says what each does."""
    return [("table", f"{name}.xlsx", make()) for name, make in _MADE.items()]


def workbook(sheet: bytes, *, sheets: int = 1, texts: bytes = b"", styles: bytes = b"") -> bytes:
    """Return a workbook with sheets that all show one part: the XML of rows, texts and styles of cells."""
    out = io.BytesIO()
    entries = "".join(f'<sheet name="S{i}" sheetId="{i + 1}" r:id="r1"/>' for i in range(sheets))
    related = "".join(
        f'<Relationship Id="r{i}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(
            {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}.items(), 1
        )
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels", _relations(f'<Relationship Id="r1" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/>')
        )
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}"><sheets>{entries}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(related))
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">'.encode() + (texts or b"<si><t>a</t></si>") + b"</sst>")
        cells = styles or b'<xf numFmtId="0"/><xf numFmtId="14"/>'
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{_MAIN}"><cellXfs>'.encode() + cells + b"</cellXfs></styleSheet>")
        archive.writestr("xl/worksheets/sheet1.xml", _OPENING + sheet + _CLOSING)
    return out.getvalue()


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def _rows(cells: str, number: int = _ROWS) -> bytes:
    """Return rows of cells, in which ``#`` stands for the number of the row."""
    return "".join(f'<row r="{i}">{cells.replace("#", str(i))}</row>' for i in range(1, number + 1)).encode()


_NUMBER, _TEXT = '<c r="{}#"><v>7</v></c>', '<c r="{}#" t="s"><v>0</v></c>'
_DATE, _BOOL, _ODD = '<c r="{}#" s="1"><v>7</v></c>', '<c r="{}#" t="b"><v>1</v></c>', "<c><v>7</v></c>"
_MADE: dict[str, Callable[[], bytes]] = {
    "one-part-3000-times": lambda: workbook(_rows(_TEXT.format("A") + _NUMBER.format("B"), 20_000), sheets=3000),
    "a-million-rows": lambda: workbook(_rows(_NUMBER.format("A"))),
    "a-million-rows-of-text": lambda: workbook(_rows(_TEXT.format("A") + _NUMBER.format("B"))),
    "a-million-empty-rows": lambda: workbook(_rows("")),
    "a-million-dates": lambda: workbook(_rows(_DATE.format("A"))),
    "a-million-bools": lambda: workbook(_rows(_BOOL.format("A"))),
    "the-last-cell": lambda: workbook(f'<row r="1">{_NUMBER.format("A").replace("#", "1")}</row>'.encode() + _far(_ROWS)),
    "far-cells": lambda: workbook(b"".join(map(_far, range(1, 60_000)))),
    "one-far-cell-and-many-rows": lambda: workbook(_far(1) + _rows(_NUMBER.format("A"), 900_000).partition(b"</row>")[2]),
    "without-places": lambda: workbook(b"<row>" + (_ODD * 9).encode() + b"</row>" + _placeless()),
    "a-flood-of-elements": lambda: workbook(b'<row r="1">' + b"<a/>" * 15_000_000 + b"</row>"),
    "a-flood-of-rows-in-one": lambda: workbook(b'<row r="1">' + b'<c r="A1"><v>1</v></c>' * 5_000_000 + b"</row>"),
    "a-long-comment": lambda: workbook(b"<!--" + b"x" * (60 << 20) + b"-->" + _rows(_NUMBER.format("A"), 9)),
    "texts-of-nothing": lambda: workbook(_rows(_TEXT.format("A"), 9), texts=b"<si/>" * 9_000_000),
    "texts-in-runs": lambda: workbook(_rows(_TEXT.format("A"), 9), texts=b"<si><r><t>a</t></r></si>" * 2_600_000),
    "styles": lambda: workbook(_rows(_DATE.format("A"), 9), styles=b'<xf numFmtId="14"/>' * 3_000_000),
}


def _far(row: int) -> bytes:
    return f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>'.encode()


def _placeless() -> bytes:
    return (b"<row>" + _ODD.encode() * 100 + b"</row>") * 60_000
