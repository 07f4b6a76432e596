"""What the small parts of a workbook say: which sheets it has, what its texts are, and which styles show numbers as dates."""

import datetime
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, iterparse

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import SHEET_NAMES, SHEET_RICH_TEXTS, SHEET_STYLES, SHEET_TEXTS_BYTES, check_bytes

_PART_BYTES, _TEXTS_BYTES = 32 << 20, SHEET_TEXTS_BYTES
_LISTS_OF_STYLES = frozenset(["numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"])
_PLAIN_TEXT = re.compile(rb"<si><t(?: xml:space=\"preserve\")?>([^<&\r]*)</t></si>")
_FEW_KEPT = 1000


class Damaged(Exception):
    """A workbook says something that can't be, or that isn't understood."""


@dataclass(frozen=True)
class Dates:
    """Which styles show numbers as dates, which of them as lengths of time, and the day from which days are counted."""

    styles: frozenset[int]
    lengths: frozenset[int]
    epoch: datetime.datetime


@dataclass(frozen=True)
class Book:
    """A workbook.

    Attributes:
        sheets: title → path of its part in the archive, in order; hidden ones too.
        hidden: titles of the sheets that a spreadsheet program does not show.
        texts: that cells name by their number.
        dates: how numbers are shown as dates.
    """

    sheets: dict[str, str]
    texts: list[str]
    dates: Dates
    hidden: frozenset[str] = frozenset()

    def text(self, place: int) -> str:
        """Return a text by its number.

        Raises:
            Damaged: there are fewer.
        """
        if not 0 <= place < len(self.texts):
            raise Damaged(f"text {place}")
        return self.texts[place]


def book_of(archive: zipfile.ZipFile, name: str) -> Book:
    """Read the parts of a workbook that are not sheets.

    Raises:
        Damaged: a part lacks, or is not understood.
        GeneRAINError: it has more texts or sheets than are read.
    """
    top = _related(archive, "")
    main = next((path for kind, path in top.values() if kind == "officeDocument"), "xl/workbook.xml")
    related = _related(archive, main)
    sheets, hidden, epoch = dict[str, str](), set[str](), WINDOWS_EPOCH
    there = set(archive.namelist())
    for element in _elements(archive, main):
        tag = _local(element)
        if tag == "workbookPr" and element.get("date1904", "0").lower() in ("1", "true"):
            epoch = MAC_EPOCH
        if tag == "sheet":
            link = next((value for key, value in element.items() if key.endswith("}id")), "")
            kind, path = related.get(link, ("", ""))
            if kind == "worksheet" and path in there:
                sheets[element.get("name", path)] = path
                if element.get("state", "visible") != "visible":
                    hidden.add(element.get("name", path))
        if len(sheets) > SHEET_NAMES:
            raise GeneRAINError(f"{name} has more than {SHEET_NAMES:,} sheets; save the one that holds the table as CSV.")
    by_kind = dict(related.values())
    texts = _texts(archive, by_kind.get("sharedStrings", ""), name)
    styles, lengths = _date_styles(archive, by_kind.get("styles", ""))
    return Book(sheets, texts, Dates(styles, lengths, epoch), frozenset(hidden))


def _related(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """Return the parts that a part names: ID → kind, path; none where it names none."""
    folder, base = posixpath.split(path)
    place, out = posixpath.join(folder, "_rels", f"{base}.rels"), dict[str, tuple[str, str]]()
    if place not in archive.namelist():
        return out
    for element in _elements(archive, place):
        if _local(element) == "Relationship" and element.get("TargetMode") != "External":
            target = element.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            out[element.get("Id", "")] = (element.get("Type", "").rsplit("/", 1)[-1], target)
    return out


def _elements(archive: zipfile.ZipFile, path: str, most: int = _PART_BYTES, *, ends: bool = True) -> Iterator[Element]:
    """Yield the elements of a part as they end, or as they begin, and forget them.

    Raises:
        Damaged: there is no such part, or it is larger than any.
    """
    if path not in archive.namelist() or archive.getinfo(path).file_size > most:
        raise Damaged(path)
    with archive.open(path) as stream:
        above = list[Element]()
        for event, element in iterparse(stream, ("start", "end")):
            if event == "start":
                above.append(element)
            else:
                above.pop()
                if 0 < len(above) <= (1 if ends else 2) and len(above[-1]) > _FEW_KEPT:
                    above[-1].clear()
            if (event == "end") == ends:
                yield element


def _texts(archive: zipfile.ZipFile, path: str, name: str) -> list[str]:
    """Return the texts that cells name by their number.

    Raises:
        GeneRAINError: they are more than are read, whatever their part is called.
    """
    if path not in archive.namelist():
        return []
    check_bytes(f"The list of texts in {name}", archive.getinfo(path).file_size, most=_TEXTS_BYTES)
    raw = archive.read(path)
    plain = _PLAIN_TEXT.findall(raw)
    if len(plain) == raw.count(b"<si") and b"<!" not in raw and is_utf8(raw):
        return [text.decode().replace("x005F_", "") for text in plain]
    texts = list[str]()
    for element in _elements(archive, path, _TEXTS_BYTES):
        if _local(element) == "si":
            texts.append(text_of(element))
            if len(texts) > SHEET_RICH_TEXTS:
                raise GeneRAINError(
                    f"{name} has a list of more than {SHEET_RICH_TEXTS:,} texts, some of several fonts; save the sheet as CSV."
                )
    return texts


def is_utf8(raw: bytes) -> bool:
    """Say whether a part is in UTF-8, as it is without a word on it."""
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=[\"']([^\"']*)", raw[:200])
    return raw[:2] not in (b"\xff\xfe", b"\xfe\xff") and (declared is None or declared[1].lower() in (b"utf-8", b"utf8"))


def text_of(element: Element) -> str:
    """Return the text of a cell or of one in the list: its own and that of its runs, without how it is read aloud."""
    parts = list[str]()
    for child in element:
        tag = _local(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts.extend(each.text or "" for each in child if _local(each) == "t")
    return "".join(parts).replace("x005F_", "")


def _date_styles(archive: zipfile.ZipFile, path: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers of the styles that show dates, and of those that show lengths of time."""
    if path not in archive.namelist():
        return frozenset(), frozenset()
    own, used, within = dict[int, str](), list[int](), False
    for element in _elements(archive, path, _PART_BYTES, ends=False):
        tag = _local(element)
        if tag in _LISTS_OF_STYLES:
            within = tag == "cellXfs"
        elif tag == "xf" and within:
            used.append(int(element.get("numFmtId", "0")))
        elif tag == "numFmt" and element.get("numFmtId"):
            own[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
        if len(used) > SHEET_STYLES:
            raise Damaged("styles")
    formats = [own.get(each, BUILTIN_FORMATS.get(each, "General")) for each in used]
    told = {code: (bool(is_date_format(code)), bool(is_timedelta_format(code))) for code in set(formats)}
    return (
        frozenset(i for i, code in enumerate(formats) if told[code][0]),
        frozenset(i for i, code in enumerate(formats) if told[code][1]),
    )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
