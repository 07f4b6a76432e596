"""Whether a table has a header, what its columns are called without one, and what lines of text below it say."""

import re
from dataclasses import dataclass, replace

import pandas as pd

from generain_core.samples.io.cells.written_numbers import reads_as_number
from generain_core.samples.io.columns import MISSING, is_number, unique
from generain_core.samples.io.raw_table import Parsed
from generain_core.text import echo

_NAMES = re.compile(
    r"|#*\s*((gene|symbol|name|ensembl|probe|sample|feature|target|transcript|entrez|row|index|unnamed|identifier|hugo|hgnc(?!:)|cell|barcode).*"
    r"|ids?([_ .:-].*)?)",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(gene|symbol|name|description|chr(om(osome)?)?|start|end|strand|length|(gene_?|bio_?)?type|class)([_ .].*)?", re.I
)


_MOST_BELOW = 6
_MOST_PROSE, _NEARLY = 30, 0.9
_MARK = re.compile(
    r"\W*|n\W*[ad]\W*|[<>#=].*|b?lod|b[dq]l|low|high|err(or)?|nan?|undetermined|undetected|not detected", re.IGNORECASE
)


def rows_above(rows: list[list[str]]) -> int:
    """Return how many rows stand above the header: those before the first that is filled at least half as far as the fullest."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    return next(i for i, count in enumerate(filled) if 2 * count >= max(filled))


def separator_below(lines: list[str]) -> str:
    """Return what separates the fields of all lines but for prose above and below them; '' where nothing does."""
    for mark in "\t;,":
        counts = [line.count(mark) for line in lines]
        filled = [count for count in counts if count]
        usual = max(set(filled), key=filled.count) if filled else 0
        first = next((i for i, count in enumerate(counts) if usual and count >= usual - 1 > 0), len(counts))
        table = counts[first:]
        if 0 < first <= _MOST_PROSE and len(table) > 2 and sum(count >= usual - 1 for count in table) > _NEARLY * len(table):
            return mark
    return ""


def stands_over(above: list[str], header: list[str]) -> bool:
    """Say whether a row above the header names groups of its columns, which the header alone doesn't tell apart."""
    names = [cell.strip() for cell in header[1:]]
    groups = [cell.strip() for cell in above[1:] if cell.strip()]
    return len(names) > len(set(names)) and 1 < len(groups) <= len(names) and len(above) <= len(header)


def is_headless(rows: list[list[str]], decimal: str) -> bool:
    """Say whether the first row is no header: wherever numbers stand below, it has one too, and none of its texts is a title."""
    first = rows[0]
    if len(first) < 2 or (len(rows) > 1 and len(rows[1]) != len(first)) or _NAMES.fullmatch(first[0].strip()):
        return False
    numeric = _numeric_fields(rows, decimal)
    rest = [first[i].strip().replace(decimal, ".") for i in numeric]
    if not rest or not all(is_number(each) or reads_as_number(each) for each in rest):
        return False
    texts = [first[i].strip() for i in range(1, len(first)) if i not in numeric]
    if any(map(_TITLES.fullmatch, texts)):
        return False
    return not (len(rest) > 1 and rest == [str(int(float(rest[0])) + i) for i in range(len(rest))])


def _numeric_fields(rows: list[list[str]], decimal: str) -> list[int]:
    """Return which fields behind the first hold numbers in most rows, the first row left aside if there are others."""
    numeric = list[int]()
    for i in range(1, len(rows[0])):
        cells = [row[i].strip() for row in rows[1:] or rows if i < len(row) and row[i].strip()]
        if sum(_numeric(cell, decimal) for cell in cells) > len(cells) / 2:
            numeric.append(i)
    return numeric


def _numeric(cell: str, decimal: str) -> bool:
    return is_number(cell.replace(decimal, ".")) or reads_as_number(cell)


def titles_of(rows: list[list[str]], decimal: str, stem: str) -> list[str]:
    """Return titles for a table without a header: its one sample is called by the file, empty columns go."""
    numeric = _numeric_fields(rows, decimal)
    titles = [
        "" if i and not any(row[i].strip() for row in rows if i < len(row)) else f"column {i + 1}" for i in range(len(rows[0]))
    ]
    return ["", *(stem if numeric == [i] else titles[i] for i in range(1, len(titles)))]


@dataclass(frozen=True)
class Below:
    """Lines of text between the header and the numbers, as of units, groups or a second header.

    Attributes:
        count: how many.
        titles: the header; where it didn't tell columns apart, with the lines' texts behind.
        described: what the lines say of each column of numbers, by title: a column a line.
        note: what was done, one sentence; '' without any.
    """

    count: int
    titles: list[str]
    described: pd.DataFrame
    note: str = ""


NONE_BELOW = Below(0, [], pd.DataFrame())


def lines_below(rows: list[list[str]], decimal: str) -> Below:
    """Return the lines below the header that hold text wherever numbers stand in the lines below them.

    A line that says one thing of all columns, such as its unit, tells nothing; others describe the columns, and name them
    where the header alone doesn't.

    Args:
        rows: the header and the first lines below it.
        decimal: the mark of decimals.
    """
    titles, numeric = list(rows[0]), [i for i in _numeric_fields(rows, decimal) if i < len(rows[0])]
    lines = list[list[str]]()
    for row in rows[1 : _MOST_BELOW + 1]:
        cells = [row[i].strip() if i < len(row) else "" for i in numeric]
        if not _is_title_line(row[0].strip(), cells, decimal, following=bool(lines)):
            break
        lines.append([row[0].strip(), *cells])
    count = len(lines)
    if not lines or count + 1 >= len(rows):
        return Below(0, titles, pd.DataFrame())
    if not any(cell.strip() for cell in rows[count + 1][1:]) and _NAMES.fullmatch(rows[count + 1][0].strip()):
        count += 1
    telling = [line for line in lines if len(set(line[1:])) > 1]
    heads = [titles[i].strip() for i in numeric]
    if telling and (len(set(heads)) < len(heads) or not all(heads)):
        filled_on = pd.Series(heads).replace("", None).ffill().fillna("").tolist()
        for place, at in enumerate(numeric):
            titles[at] = " ".join(filter(None, [filled_on[place], *(line[place + 1] for line in telling)]))
        telling.insert(0, ["header", *filled_on])
    called = unique([line[0] or f"line {i}" for i, line in enumerate(telling, 2)])
    described = pd.DataFrame(
        {name: line[1:] for name, line in zip(called, telling, strict=True)}, index=[titles[i] for i in numeric]
    )
    what = f"Text below the header, such as {echo(lines[0][1])},"
    said = f"{what} describes the samples." if telling else f"{what} is the same for all columns and was left out."
    return Below(count, titles, described, said)


def _is_title_line(label: str, cells: list[str], decimal: str, *, following: bool) -> bool:
    """Say whether a line is one of titles, and not of a gene whose values are marked as not detected or are damaged.

    One text for all columns is a title only beside something that is no gene's name, as `following` another line of titles.
    """
    filled = [cell for cell in cells if cell not in MISSING]
    if 2 * len(filled) < len(cells) or any(_numeric(cell, decimal) or _MARK.fullmatch(cell) for cell in filled):
        return False
    alone = len(filled) == len(cells) > 0 and (_NAMES.fullmatch(label) is not None or (following and " " in label))
    return len(set(filled)) > 1 or alone


def described_by(parsed: Parsed, described: pd.DataFrame) -> Parsed:
    """Return a table with what lines below its header say of its columns."""
    layer = parsed.layers.get("values")
    if described.empty or layer is None or not set(layer.columns) <= set(described.index):
        return parsed
    texts = described.loc[list(layer.columns)].reset_index(drop=True)
    if len(texts) != len(layer.columns):
        return parsed
    return replace(parsed, layers={**parsed.layers, "values": replace(layer, column_texts=texts)})
