"""From the columns of a parsed table to row names, texts and numbers."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.io.blocks.side_by_side import joined_blocks
from generain_core.samples.io.cells.formula_texts import plain_text, without_formulas
from generain_core.samples.io.cells.written_numbers import with_plain_numbers
from generain_core.samples.io.formats.footers import sentences_below
from generain_core.samples.io.limits import check_cells
from generain_core.samples.io.long_table import pivoted
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts
from generain_core.samples.io.rows.row_numbers import IDS, whole, without_row_numbers
from generain_core.text import echo

Column = tuple[str, np.ndarray]
"""Name and values: float64, or objects (str or None)."""
# fmt: off
MISSING = (
    "", "NA", "NaN", "nan", "NAN", "N/A", "n/a", "#N/A", "na", "null", "NULL", "Null", "None", "none", "-nan", "<NA>", "-", "--",
    ".", "ND", "nd", "n.d.", "N.D.", "N/D", "n/d", "missing", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!",
)
# fmt: on
_GONE = frozenset(MISSING)
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*|\s*[-+]?inf(inity)?\s*", re.IGNORECASE)
_BESIDE = frozenset(
    re.findall(
        r"\w+",
        """
        chr chrom chromosome chromosomename seqnames seqname start end startposition
        endposition width strand band gccontent length genelength efflength effectivelength
        txlength exonlength medianlength entrez entrezid entrezgene entrezgeneid ncbigeneid ncbigene
        hgncid biotype genebiotype genetype description basemean log2foldchange logfc lfcse
        stat pvalue padj fdr adjpval logcpm avgexpr
        """,
    )
)
# Columns that tests of differential expression write, beside which F, t or B is no sample.
_CHANGES = frozenset(["logfc", "log2foldchange", "log2fc", "avglog2fc", "avglogfc"])
_CHANCES = frozenset(["pvalue", "pval", "padj", "fdr", "adjpval", "pvaladj", "adjpvalue"])
_TESTED = _CHANGES | _CHANCES | frozenset(["f", "lr", "t", "b", "qvalue", "score", "scores", "pct1", "pct2", "aveexpr"])
_CHROMOSOME = re.compile(
    r"(chr)?([1-9]|[1-3]\d|X|Y|XY|M|MT|W|Z|Un|EBV)(_\w+)?|([A-Z]{2}\d{6}|CHR_\w+|HS\w*CHR\w+|HG\d+\w*)(\.\d+)?", re.I
)
_OF_CHROMOSOMES = re.compile(r"ref(erence)?|seq\w*|contig|scaffold|space|chr\w*|chrom\w*", re.IGNORECASE)
_MANY, _SEVERAL, _MANY_TEXTS = 300, 10, 20
_WIDE, _FEW_GAPS = 1000, 0.1


class NoNumbers(GeneRAINError):
    """A table of texts alone, as a sample sheet may be."""


def is_number(text: str) -> bool:
    """Say whether a text is a number with a decimal point."""
    return _NUMBER.fullmatch(text) is not None


def table_of(
    columns: Sequence[Column],
    *,
    name: str,
    format: str,
    notes: Sequence[str] = (),
    line: Callable[[int], str] | None = None,
    beside: int = 0,
) -> Parsed:
    """Tell names and texts from numbers, column by column.

    Columns of positions, lengths, Entrez numbers or test results are texts though they hold numbers; a column of row numbers
    goes where another names the rows. The first column of text names the rows.

    Args:
        columns: in the file's order.
        name: of the file, for messages.
        format: of the file, in words.
        notes: taken so far.
        line: says where the n-th row lies in the file, for messages.
        beside: so many first columns are names and texts, whatever they hold.

    Raises:
        GeneRAINError: there are no rows or no numbers, or a cell among numbers holds text.
    """
    rows = len(columns[0][1]) if columns else 0
    if not rows:
        raise GeneRAINError(f"{name} holds only a header; give a table with at least one row of values below it.")
    said = list(notes)
    columns = [(plain_text(t), without_formulas(v)) for t, v in columns if t or not _blank(v)]
    columns = with_plain_numbers(columns, _GONE, name, said)
    columns = columns if beside else without_row_numbers(columns, said)
    texts, numbers = _split(columns, name, line, said, beside)
    if not beside and (long := pivoted(_in_order(columns, texts, numbers), name, format, said)):
        return long
    if not numbers and (_CHANGES | _CHANCES) & {re.sub("[^a-z0-9]", "", title.lower()) for title, _ in columns}:
        raise GeneRAINError(f"{name} holds results of a test between groups, not expression; give the counts that were tested.")
    if not numbers:
        raise NoNumbers(f"{name} has no column of expression values; give a table with a number for each gene and sample.")
    check_cells(name, rows, len(numbers))
    texts, numbers = joined_blocks(columns, texts, numbers, name, said)
    texts = _without_repeats(texts, said)
    values = _side_by_side([column for _, column in numbers])
    labels, named, row_texts = _labelled(texts, rows)
    among = [title for title, (_, column) in zip(row_texts.columns, texts[named:], strict=True) if _is_among(columns, column)]
    if feet := sentences_below(values, labels, row_texts):
        said.append(f"Below the table stands {echo(feet[0])}, which was left out.")
        rows -= len(feet)
        values, labels, row_texts = values[:rows], labels[:rows], row_texts.iloc[:rows]
    names = tuple(title for title, _ in numbers)
    return Parsed(
        layers={"values": Layer(values, names, no_texts(len(names)))},
        rows=labels,
        row_texts=row_texts,
        rows_named=named,
        format=format,
        notes=tuple(said),
        among=tuple(among),
    )


def _without_repeats(texts: list[Column], notes: list[str]) -> list[Column]:
    """Leave out columns of text that repeat another where there are very many, as of one that is told again for each sample."""
    if len(texts) <= _MANY_TEXTS:
        return texts
    first = dict[int, Column]()
    for title, values in texts:
        first.setdefault(hash(tuple(values.tolist())), (title, values))
    if len(first) < len(texts):
        notes.append(f"{len(texts) - len(first):,} columns of text that repeat another were left out.")
    return list(first.values())


def _is_among(columns: Sequence[Column], texts: np.ndarray) -> bool:
    """Say whether a column of texts stands between columns of numbers."""
    at = next((i for i, (_, values) in enumerate(columns) if values is texts), 0)
    before, behind = columns[:at], columns[at + 1 :]
    return texts.dtype == object and all(any(v.dtype != object for _, v in side) for side in (before, behind))


def _side_by_side(columns: list[np.ndarray]) -> np.ndarray:
    """Return columns of numbers as one table, rows × columns; without a copy if they are neighboring rows of one already."""
    first = columns[0].base if columns else None
    if isinstance(first, np.ndarray) and first.ndim == 2 and len(columns) <= first.shape[0]:
        start = (columns[0].ctypes.data - first.ctypes.data) // first.strides[0]
        neighbors = all(
            column.base is first and column.ctypes.data == first.ctypes.data + (start + i) * first.strides[0]
            for i, column in enumerate(columns)
        )
        if neighbors and first.flags.c_contiguous:
            return first[start : start + len(columns), : len(columns[0])].T
    values = np.empty((len(columns[0]) if columns else 0, len(columns)))
    for i, column in enumerate(columns):
        values[:, i] = column
    return values


def _in_order(columns: Sequence[Column], texts: Sequence[Column], numbers: Sequence[Column]) -> list[Column]:
    """Return texts and numbers as they were told apart, in the file's order."""
    of_title = {title: (title, values) for title, values in (*texts, *numbers)}
    return [of_title[title] for title in dict.fromkeys(title for title, _ in columns) if title in of_title]


def unique(names: Sequence[str]) -> list[str]:
    """Return names with ``.1``, ``.2`` … behind the repeats."""
    taken, seen, out = set(names), dict[str, int](), list[str]()
    for name in names:
        count, new = seen.get(name, -1) + 1, name
        while count and (new := f"{name}.{count}") in taken:
            count += 1
        seen[name] = count
        taken.add(new)
        out.append(new)
    return out


def _split(
    columns: Sequence[Column], name: str, line: Callable[[int], str] | None, notes: list[str], beside: int
) -> tuple[list[Column], list[Column]]:
    texts, numbers = list[Column](), list[Column]()
    keys = [re.sub("[^a-z0-9]", "", title.lower()) for title, _ in columns]
    tested = bool(_CHANCES & set(keys)) and bool(_CHANGES & set(keys) or not set(_numeric(columns, keys)) - _TESTED - _BESIDE)
    wide = sum(values.dtype != object for _, values in columns) > _WIDE
    any_text = any(values.dtype == object for _, values in columns)
    for i, (title, values) in enumerate(columns):
        key = keys[i]
        if i < beside or (tested and key in _TESTED):
            texts.append((title, values))
        elif values.dtype != object:
            no_sample = key in _BESIDE or (i == 0 and (key in IDS or not title or not any_text) and _ids(values, key))
            (texts if no_sample else numbers).append((title, values))
        elif key in _BESIDE or i == 0 or (wide and not numbers) or not _mostly_numbers(values) or _chromosomes(title, values):
            texts.append((title, values))
        else:
            numbers.append((title, _numbers(title, values, texts, name, line)))
            notes.append(f"Numbers of column {title} were stored as text.")
    return texts, numbers


def _numeric(columns: Sequence[Column], keys: Sequence[str]) -> list[str]:
    """Return the keys of the columns of numbers behind the first."""
    return [key for key, (_, values) in zip(keys[1:], columns[1:], strict=True) if values.dtype != object]


def _mostly_numbers(values: np.ndarray) -> bool:
    filled = [v for v in values if v is not None and v.strip() not in MISSING]
    return bool(filled) and sum(map(is_number, filled)) >= 0.5 * len(filled)


def _chromosomes(title: str, values: np.ndarray) -> bool:
    """Say whether a column names chromosomes and scaffolds, as 1 to 22, X, MT and GL000194.1: by its title, or in many cells."""
    texts = [v.strip() for v in values if v is not None and v.strip() not in MISSING]
    if not all(map(_CHROMOSOME.fullmatch, set(texts))) or all(map(is_number, texts)):
        return False
    return _OF_CHROMOSOMES.fullmatch(title.strip()) is not None or (len(texts) >= _MANY and len(set(texts)) > _SEVERAL)


def _numbers(title: str, values: np.ndarray, texts: Sequence[Column], name: str, line: Callable[[int], str] | None) -> np.ndarray:
    out = np.full(len(values), np.nan)
    for i, text in enumerate(values):
        if text is None or text.strip() in MISSING:
            continue
        if not is_number(text):
            row = echo(_as_text(texts[0][1][i])) if texts else str(i + 1)
            where = f" ({line(i)})" if line else ""
            what = "the date" if _is_date(text) else "the text"
            raise GeneRAINError(
                f"{name} has {what} {echo(text)} in row {row}{where}, column {echo(title)}, among numbers; "
                "put a number there, or NA if it is not known."
            )
        out[i] = float(text.strip())
    return out


def _is_date(text: str) -> bool:
    figures, words = r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T].*)?", r"\d{1,2}[-. ][A-Za-z]{3,9}([-. ]\d{2,4})?|[A-Z][a-z]{2}-\d\d"
    return re.fullmatch(f"{figures}|{words}", text) is not None


def all_dates(values: np.ndarray) -> bool:
    """Say whether a column of text holds dates and nothing else."""
    filled = [v for v in values if isinstance(v, str) and v.strip() not in MISSING]
    return bool(filled) and all(map(_is_date, filled))


def _labelled(texts: Sequence[Column], rows: int) -> tuple[tuple[str, ...], bool, pd.DataFrame]:
    named = bool(texts) and not texts[0][0]
    labels = [_as_text(v) for v in texts[0][1]] if texts else [str(i + 1) for i in range(rows)]
    rest = texts[1:] if named else texts
    titles = unique([title or "unnamed" for title, _ in rest])
    table = pd.DataFrame({t: v for t, (_, v) in zip(titles, rest, strict=True)}, index=pd.RangeIndex(rows))
    return tuple(labels), named, table


def _as_text(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.0f}" if value.is_integer() else repr(value)
    return "" if value is None else str(value).strip()


def _ids(values: np.ndarray, key: str) -> bool:
    """Say whether numbers may be IDs: whole and none twice; some may lack under the title of one."""
    gaps = np.isnan(values)
    return whole(values[~gaps] if key in IDS and gaps.mean() < _FEW_GAPS else values)


def _blank(values: np.ndarray) -> bool:
    if values.dtype == object:
        return all(v is None or not v.strip() for v in values)
    return bool(np.isnan(values).all())
