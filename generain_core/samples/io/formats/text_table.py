"""Tables in text files, however they are separated."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, part, silent
from generain_core.samples.io.columns import MISSING, Column, is_number, table_of
from generain_core.samples.io.formats import headers
from generain_core.samples.io.formats.decimal_marks import decimal_mark
from generain_core.samples.io.formats.fixed_width import SAID, by_places
from generain_core.samples.io.formats.quantifier_tables import by_program, with_quantities
from generain_core.samples.io.formats.star_counts import is_star, star_table
from generain_core.samples.io.formats.text_stream import LARGE, Layout, streamed
from generain_core.samples.io.limits import check_cells, check_width, no_table
from generain_core.samples.io.raw_table import Parsed
from generain_core.samples.io.sniff import decoded
from generain_core.text import echo

_WORDS = {
    "\t": "tab-separated text",
    ",": "comma-separated text",
    ";": "semicolon-separated text",
    "|": "text separated by |",
    " ": "text separated by spaces",
}
_LOOK = 200
_LOOK_BYTES = 32 << 20
_WIDE, _CELLS, _POINTED = 2000, 100_000, 50


@dataclass(frozen=True)
class Text:
    """Rows as UTF-8 bytes without header and comments, and how to read them."""

    body: bytes
    header: list[str]
    delimiter: str
    decimal: str
    name: str
    skipped: int
    described: pd.DataFrame = field(default_factory=pd.DataFrame)


def parse_text(raw: bytes, name: str, stem: str, progress: Progress = silent) -> Parsed:
    """Parse a text file: names, texts and numbers by column.

    Comment lines (#), a byte-order mark, UTF-16, decimal commas, a header with one field fewer than the rows (as R writes it)
    and a missing header (as htseq-count and STAR write) are understood.

    Args:
        raw: the file's bytes, unpacked.
        name: of the file, for messages.
        stem: names the sample of a file without header.
        progress: told the share of the rows that is read, of a large text.

    Raises:
        GeneRAINError: it is empty, has no columns, a row has another number of fields, or a cell among numbers holds text.
    """
    raw, notes = decoded(raw, name)
    progress(0.05, "reading")
    marked = re.match(rb"sep=.\n", raw)
    comments, raw, skipped = _without_comments(raw[marked.end() :] if marked else raw)
    progress(0.1, "reading")
    skipped += bool(marked)
    try:
        text = _understood(raw, name, skipped, stem, notes)
        progress(0.15, "reading")
        columns = read_columns(text, part(progress, 0.15, 0.8))
        progress(0.95, "sorting columns")
        if is_star(columns):
            return star_table(columns, stem, notes)
        of_program = by_program(columns, comments, stem)
    except csv.Error as error:
        raise no_table(name, error) from error
    parsed = table_of(
        of_program.columns,
        name=name,
        format=of_program.program or _WORDS[text.delimiter],
        notes=[*notes, *of_program.notes],
        line=lambda row: f"line {_line_of(text, row)}",
    )
    return with_quantities(headers.described_by(parsed, text.described), of_program)


def _without_comments(raw: bytes) -> tuple[str, bytes, int]:
    """Return the comments, the rest, and how many lines went before the header; a header that starts with # stays."""
    lead = list(itertools.takewhile(lambda line: not line.strip() or line.startswith(b"#"), _lines(raw)))
    at = sum(map(len, lead))
    if lead and lead[-1].startswith(b"#"):
        following = next(_lines(raw[at:]), b"")
        for mark in (b"\t", b",", b";"):
            numbers = any(is_number(cell.decode()) for cell in following.strip().split(mark))
            if numbers and lead[-1].count(mark) and lead[-1].count(mark) == following.count(mark):
                at -= len(lead.pop())
                raw = raw[:at] + raw[at:].lstrip(b"# ")
                break
    comments, body = b"".join(lead).decode(), raw[at:]
    if b"\n#" in body:
        header = next(_lines(body), b"")
        body = b"".join(line for line in _lines(body) if not line.startswith(b"#") or _is_row(line, header))
    return comments, body, len(lead)


def _is_row(line: bytes, header: bytes) -> bool:
    """Say whether a line that starts with # is a row, as of a gene that Excel calls #N/A: it has as many fields, and numbers."""
    for mark in b"\t,;":
        fields = line.rstrip(b"\r\n").split(bytes([mark]))
        if len(fields) > 1 and len(fields) in (header.count(bytes([mark])) + 1, header.count(bytes([mark])) + 2):
            cells = [cell.decode().strip(' "').replace(",", ".") for cell in fields[1:]]
            return 2 * sum(is_number(cell) or cell in MISSING for cell in cells) >= len(cells)
    return False


def _lines(raw: bytes) -> Iterator[bytes]:
    return iter(io.BytesIO(raw))


def _first_lines(raw: bytes) -> Iterator[bytes]:
    """Return the first lines, as many as tell what the file is like; fewer where they are long, but three at least."""
    room = _LOOK_BYTES
    for at, line in enumerate(itertools.islice(_lines(raw), _LOOK)):
        room -= len(line)
        if at >= 3 and room < 0:
            return
        yield line


def _further_rows(raw: bytes, delimiter: str, most: int) -> list[list[str]]:
    """Return rows from all over a text, and the first with a number with a point, for what the first rows don't show."""
    step, out, mark = max(1, len(raw) // (most + 1)), list[list[str]](), re.escape(delimiter.encode())
    pointed = re.finditer(rb"(?:" + mark + rb'"?)\d+\.\d+"?(?=' + mark + rb"|\n)", raw) if b"." in raw else ()
    for at in (*range(step, len(raw) - step, step), *(found.start() for found in itertools.islice(pointed, _POINTED))):
        start = raw.rfind(b"\n", 0, at) + 1
        end = raw.find(b"\n", start)
        if 0 < start < end - 1 and end - start < _LOOK_BYTES // max(1, most):
            out.append(next(csv.reader([raw[start:end].decode(errors="replace")], delimiter=delimiter), []))
    return out


def _understood(raw: bytes, name: str, skipped: int, stem: str, notes: list[str]) -> Text:
    look = [line.decode().rstrip("\n") for line in _first_lines(raw)]
    look = [line for line in look if line.strip()]
    if not look:
        raise GeneRAINError(f"{name} is empty; give a table with genes and samples.")
    delimiter = _delimiter(look, name)
    if delimiter == " " and b'"' not in raw and (aligned := by_places(raw)):
        raw, delimiter = aligned, "\t"
        look = [line.decode().rstrip("\n") for line in _first_lines(raw)]
        notes.append(SAID)
    if delimiter == " " and '"' not in look[0]:
        raw = re.sub(rb"(?m)^ +| +$", b"", re.sub(rb"[ \t]+", b" ", raw))
        look = [" ".join(line.split()) for line in look]
    check_width(name, look[0].count(delimiter) + 1)
    rows = [next(csv.reader([line], delimiter=delimiter)) for line in look]
    empty = delimiter.encode()
    mark = re.escape(empty)
    if (raw.startswith(empty) or b"\n" + empty in raw) and re.search(rb"(^|\n)" + mark + rb"+(\n|$)", raw):
        raw = re.sub(rb"(?m)^" + mark + rb"+$", b"", raw)
        rows = [row for row in rows if any(row)]
    if not rows:
        raise GeneRAINError(f"{name} is empty; give a table with genes and samples.")
    above = headers.rows_above(rows)
    above -= bool(above and headers.stands_over(rows[above - 1], rows[above]))
    if above:
        rows = rows[above:]
        lead = _leading(raw, above)
        raw, skipped = raw[sum(map(len, lead)) :], skipped + len(lead)
        many = len(lead) > 1
        notes.append(f"{len(lead)} line{'s' if many else ''} above the table {'were' if many else 'was'} skipped.")
    some = rows[: max(3, _CELLS // max(1, len(rows[0])))]
    decimal = decimal_mark([*some, *_further_rows(raw, delimiter, len(some))])
    header, body = [cell.strip() for cell in rows[0]], raw.lstrip(b"\n").partition(b"\n")[2]
    width = len(rows[1]) if len(rows) > 1 else len(header)
    below = headers.NONE_BELOW
    if headers.is_headless(rows, decimal):
        header, body = headers.titles_of(rows, decimal, stem), raw
        notes.append("The file has no header line.")
        skipped -= 1
    elif width == len(header) + 1 and all(len(row) < width or not row[-1] for row in rows[1:]):
        header.append("")
    elif width == len(header) + 1:
        header.insert(0, "")
    if body is not raw and (below := headers.lines_below([header, *rows[1:]], decimal)).count:
        header, body = below.titles, body[sum(map(len, _leading(body, below.count))) :]
        skipped += below.count
        notes.append(below.note)
    return Text(body, header, delimiter, decimal, name, skipped, below.described)


def _leading(raw: bytes, rows: int) -> list[bytes]:
    """Return the lines up to the n-th row that isn't blank."""
    return list(itertools.islice(_lines(raw), _line_of_row(raw, rows)))


def _delimiter(lines: list[str], name: str) -> str:
    for mark in "\t;,| ":
        holding = sum(mark in line.strip(" ") for line in lines if mark != "|" or line.count(mark) == lines[0].count(mark))
        if holding == len(lines) or (mark in lines[0] and holding > 0.9 * len(lines)):
            return mark
    if mark := headers.separator_below(lines):
        return mark
    if len(lines) > 1 and any(mark in line for line in lines for mark in "\t;,"):
        mark = max("\t;,", key=lambda m: sum(line.count(m) for line in lines))
        bad = next(i for i, line in enumerate(lines) if mark not in line)
        raise GeneRAINError(
            f"{name} has {echo(lines[bad])} in line {bad + 1}, which isn't separated as the other lines; delete it."
        )
    raise GeneRAINError(
        f"{name} has one column; give a table with gene names and at least one sample, separated by commas, tabs or semicolons."
    )


def read_columns(text: Text, progress: Progress = silent) -> list[Column]:
    """Return the columns of a text: numbers as float64, others as objects.

    Args:
        text: rows and how to read them.
        progress: told the share of the rows that is read, of a large text.

    Raises:
        GeneRAINError: a row has another number of fields than the header.
    """
    check_cells(text.name, text.body.count(b"\n"), len(text.header))
    if not text.body.strip():
        return [(title, np.empty(0, object)) for title in text.header]
    if len(text.body) >= LARGE:
        columns = streamed(text.body, Layout(text.delimiter, text.decimal, len(text.header)), progress)
        if columns is not None:
            return list(zip(text.header, columns, strict=True))
    table = _table(text)
    return [(title, _values(table.column(i))) for i, title in enumerate(text.header)]


def _hexadecimal(text: Text) -> dict[str, pa.DataType]:
    """Return the columns with cells such as 0x1A20, which Arrow would take for numbers, as columns of text."""
    mark = re.escape(text.delimiter.encode())
    if not re.search(rb"(?i)(?:^|[\n\"+-]|" + mark + rb")0x[0-9a-f]", text.body):
        return {}
    lines = (line for line in _lines(text.body) if b"0x" in line.lower())
    rows = csv.reader((line.decode() for line in lines), delimiter=text.delimiter)
    places = {i for row in rows for i, cell in enumerate(row) if re.match(r"\s*[-+]?0[xX][0-9a-fA-F]", cell)}
    return {str(i): pa.string() for i in sorted(places) if i < len(text.header)}


def _table(text: Text) -> pa.Table:
    block = len(text.body) + 1 if len(text.header) > _WIDE else max(1 << 20, 8 * text.body.find(b"\n"))
    attempts: list[dict[str, object]] = [{}, {"quote_char": False}, {"newlines_in_values": True}]
    kinds = _hexadecimal(text)
    for options in attempts if b'"' in text.body else attempts[:1]:
        try:
            return arrow_csv.read_csv(
                io.BytesIO(text.body),
                read_options=arrow_csv.ReadOptions(column_names=[str(i) for i in range(len(text.header))], block_size=block),
                parse_options=arrow_csv.ParseOptions(delimiter=text.delimiter, **options),
                convert_options=arrow_csv.ConvertOptions(
                    null_values=list(MISSING), true_values=[], false_values=[], decimal_point=text.decimal, column_types=kinds
                ),
            )
        except pa.ArrowInvalid as error:
            failed = error
    filled = filter(None, csv.reader(io.StringIO(text.body.decode()), delimiter=text.delimiter))
    for row, cells in enumerate(filled):
        if len(cells) != len(text.header):
            raise GeneRAINError(
                f"{text.name} has {len(cells)} fields in line {_line_of(text, row)} (it starts with {echo(cells[0])}) "
                f"but {len(text.header)} in the others; complete that line or delete it."
            ) from failed
    raise GeneRAINError(f"{text.name} can't be read as a table ({echo(str(failed))}); save it again as CSV.") from failed


def _values(column: pa.ChunkedArray) -> np.ndarray:
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return np.asarray(column.to_numpy(), dtype=np.float64)
    return np.asarray(column.cast(pa.string()).to_numpy(), dtype=object)


def _line_of(text: Text, row: int) -> int:
    """Return the number in the file of the n-th row, counted from one; comment lines between rows are not counted."""
    return _line_of_row(text.body, row) + 2 + text.skipped


def _line_of_row(raw: bytes, row: int) -> int:
    """Return the line (counted from 0) of the n-th row that isn't blank."""
    filled = (i for i, line in enumerate(_lines(raw)) if line.strip())
    return next(itertools.islice(filled, row, None), row)
