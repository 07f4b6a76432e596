"""The XML of a sheet, read as it is unpacked: plain cells at once by their pattern, all else element by element.

Nearly all of a large sheet are cells such as ``<c r="B7" s="2"><v>12.5</v></c>``, which a regular expression takes out, block by
block; what is left between them is small XML, read as such. A sheet that is written in another way (comments, another encoding,
cells without their places) is read as XML from its beginning, which takes longer and gives the same.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, XMLPullParser, fromstring

import numpy as np

from generain_core.samples.io.formats.excel.package import Book, Damaged, is_utf8
from generain_core.samples.io.formats.excel.sheet_builder import (
    HIDDEN,
    MOST_COLUMNS,
    NO_NUMBERS,
    Budget,
    Numbers,
    SheetBuilder,
    Unusual,
)
from generain_core.samples.io.formats.excel.sheet_rows import Sheet

_READ, _LONGEST = 1 << 20, 16 << 20
_OPENING = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*(<((?:\w+:)?)worksheet(?:\s[^>]*)?>)")
_ROWS = re.compile(rb"<(?:\w+:)?sheetData\s*(/?)>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([^"]{1,40})"')
_BARE_ROW = re.compile(rb'<(?:\w+:)?row r="([1-9]\d{0,6})"[^<>]*></')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row r="([1-9]\d{0,6})"[^<>]* hidden="(?:1|true)"')
_COLUMNS = re.compile(rb"<(?:\w+:)?col\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_LONGEST_FOUND = 200
_MOST_STYLES = 500
_SEVERAL = 4096


def read_sheet(archive: zipfile.ZipFile, path: str, book: Book, budget: Budget, told: Callable[[float], None]) -> Sheet:
    """Read a sheet.

    Args:
        archive: the workbook.
        path: of the sheet in it.
        book: its texts and styles.
        budget: what was read before.
        told: told the share of the sheet that is read.

    Raises:
        Damaged: it is none, or its rows are not in order.
        GeneRAINError: it holds more than is read of a spreadsheet.
    """
    before = replace(budget)
    try:
        return _by_pattern(_blocks(archive, path, told), book, budget)
    except Unusual:
        budget.cells, budget.others, budget.pieces = before.cells, before.others, before.pieces
    return by_element(_blocks(archive, path, told), book, budget)


def _blocks(archive: zipfile.ZipFile, path: str, told: Callable[[float], None]) -> Iterator[bytes]:
    size, done = max(1, archive.getinfo(path).file_size), 0
    with archive.open(path) as stream:
        while block := stream.read(_READ):
            told(min(1.0, done / size))
            done += len(block)
            yield block


def _by_pattern(blocks: Iterator[bytes], book: Book, budget: Budget) -> Sheet:
    """Read a sheet by the pattern of its cells.

    Raises:
        Unusual: it is written in another way.
    """
    head, held, opening, prefix = _beginning(blocks)
    end, row, closing = b"</" + prefix + b"sheetData>", b"<" + prefix + b"row", b"</" + prefix + b"worksheet>"
    pattern, builder = _pattern(prefix, book), SheetBuilder(book, budget)
    for tag in _COLUMNS.finditer(head):
        told = {key.decode(): value.decode(errors="replace") for key, value in _ATTRIBUTE.findall(tag[1])}
        if told.get("hidden") in HIDDEN:
            builder.hide_columns(told.get("min", ""), told.get("max", ""))
    while (at := held.find(end)) < 0:
        if (cut := held.rfind(row)) > 0:
            _take(pattern.split(held[:cut]), (opening, closing), book, builder, budget)
            held = held[cut:]
        block = next(blocks, b"")
        if not block or len(held) > _LONGEST:
            raise Damaged("the end of its rows")
        held += block
    _take(pattern.split(held[:at]), (opening, closing), book, builder, budget)
    held = held[at:]
    while held:
        for found in _MERGED.finditer(held):
            builder.merge(found[1].decode(errors="replace"))
        block = next(blocks, b"")
        held = held[-_LONGEST_FOUND:] + block if block else b""
    return builder.sheet


def _beginning(blocks: Iterator[bytes]) -> tuple[bytes, bytes, bytes, bytes]:
    """Return what stands before the rows, what was read of these already, the tag of the sheet, and the prefix of tags."""
    held = b""
    while (rows := _ROWS.search(held)) is None:
        block = next(blocks, b"")
        if not block or len(held) > _LONGEST:
            raise Unusual
        held += block
    head = held[: rows.start()].removeprefix(b"\xef\xbb\xbf")
    tag = _OPENING.match(head)
    if tag is None or b"<!" in head or not is_utf8(head):
        raise Unusual
    none = b"</" + tag[2] + b"sheetData>" if rows[1] else b""
    return head, none + held[rows.end() :], tag[1], tag[2]


def _pattern(prefix: bytes, book: Book) -> re.Pattern[bytes]:
    """Return the pattern of a plain cell, of five parts with what stands before it.

    These are its name; ``s`` for a text of the list; its number, or that of the text; or its own text. Numbers that are shown as
    dates don't fit.
    """
    dates = sorted(book.dates.styles)
    no_date = b"(?!(?:" + b"|".join(b"%d" % each for each in dates) + b')")' if dates else b""
    style = b'(?: s="' + no_date + rb'\d+")?' if len(dates) <= _MOST_STYLES else b""
    formula, number = rb"(?:<Pf[^<>]*(?:/>|>[^<>]*</Pf>))?", rb"<Pv>(-?\d{1,15}(?:\.\d+)?(?:[eE][-+]?\d+)?)</Pv>"
    own = rb' t="inlineStr"(?: s="\d+")?><Pis><Pt(?: xml:space="preserve")?>([^<&\r]*)</Pt></Pis>'
    listed = rb'(?: t="(?:n|(s))")?' + style + b">" + formula + number
    name = rb'<Pc r="([A-Z]{1,3}[1-9]\d{0,6})"' + style
    return re.compile((name + b"(?:" + listed + b"|" + own + b")</Pc>").replace(b"P", prefix))


def _take(parts: list[Any], around: tuple[bytes, bytes], book: Book, builder: SheetBuilder, budget: Budget) -> None:
    """Add rows.

    Args:
        parts: of rows, as the pattern splits them.
        around: tags of the sheet, opening and closing.
        book: the workbook's texts.
        builder: takes the rows.
        budget: what was read before.

    Raises:
        Unusual: a cell is not named as the row that it stands in, or something else is not as it is in most sheets.
    """
    rest = b"".join(parts[::5])
    if b"<!" in rest or b"<?" in rest:
        raise Unusual
    bare = _BARE_ROW.findall(rest)
    if 2 * len(bare) == rest.count(b"<"):
        places, odd = builder.bare(map(int, bare)), NO_NUMBERS
        if b' hidden="' in rest:
            builder.hide_rows(int(each) - 1 for each in _HIDDEN_ROW.findall(rest))
    else:
        budget.take(pieces=rest.count(b"<"))
        rows = [each for each in fromstring(around[0] + rest + around[1]) if each.tag.endswith("}row")]
        places, odd = builder.elements(rows, placed=True)
    at, columns = _places(parts[1::5])
    if len(at) and ((_rows_around(parts[::5], around[0], places) != at).any() or columns.max() >= MOST_COLUMNS):
        raise Unusual
    kinds, cells, own = parts[2::5], parts[3::5], parts[4::5]
    if any(kinds) or None in cells:
        is_text = np.array([kind is not None or cell is None for kind, cell in zip(kinds, cells, strict=True)])
        which = np.flatnonzero(is_text)
        for i, row, column in zip(which.tolist(), at[which].tolist(), columns[which].tolist(), strict=True):
            if text := book.text(int(cells[i])) if cells[i] is not None else own[i].decode().replace("x005F_", ""):
                builder.put(row, column, text)
        at, columns = at[~is_text], columns[~is_text]
        cells = [cells[i] for i in np.flatnonzero(~is_text).tolist()]
    plain = Numbers(at, columns, np.fromiter(map(float, cells), np.float64, len(cells)))
    builder.add(places, [plain, odd])


def _rows_around(between: list[bytes], opening: bytes, places: list[int]) -> np.ndarray:
    """Return the places of the rows that cells stand in.

    Args:
        between: what stands before each cell, and behind the last.
        opening: the tag of the sheet, with the prefix of tags.
        places: of the rows, in order.

    Raises:
        Unusual: there are more tags of rows than rows, or a cell stands before them.
    """
    row = opening[: opening.index(b"worksheet")] + b"row"
    opened = np.cumsum([piece.count(row) if piece else 0 for piece in between])
    if opened[-1] != len(places) or not opened[0]:
        raise Unusual
    around: np.ndarray = np.array(places, np.int64)[opened[:-1] - 1]
    return around


def _places(names: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of cells, from 0, by their names, such as AB12."""
    letters = np.array(names, "S10").view(np.uint8).reshape(len(names), 10).T.astype(np.int64)
    columns, rows = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    for place, signs in enumerate(letters):
        is_letter, is_figure = signs >= ord("A"), (signs >= ord("0")) & (signs <= ord("9"))
        if place < 3:
            columns = np.where(is_letter, 26 * columns + signs - 64, columns)
        rows = np.where(is_figure, 10 * rows + signs - 48, rows)
    return rows - 1, columns - 1


def by_element(blocks: Iterator[bytes], book: Book, budget: Budget) -> Sheet:
    """Read a sheet as XML, whatever it looks like."""
    parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
    builder = SheetBuilder(book, budget)
    above, rows = list[Element](), list[Element]()
    for block in blocks:
        parser.feed(block)
        events: Iterator[Any] = parser.read_events()
        for event, element in events:
            if event == "start":
                above.append(element)
                continue
            above.pop()
            budget.take(pieces=1)
            tag = element.tag.rpartition("}")[2]
            if tag == "row":
                rows.append(element)
            elif tag == "mergeCell":
                builder.merge(element.get("ref", ""))
            elif tag == "col" and element.get("hidden") in HIDDEN:
                builder.hide_columns(element.get("min", ""), element.get("max", ""))
            if above and (tag == "row" or len(above) == 1):
                above[-1].remove(element)
            if len(rows) >= _SEVERAL:
                _add(rows, builder)
    parser.close()
    _add(rows, builder)
    return builder.sheet


def _add(rows: list[Element], builder: SheetBuilder) -> None:
    places, numbers = builder.elements(rows, placed=False)
    builder.add(places, [numbers])
    rows.clear()
