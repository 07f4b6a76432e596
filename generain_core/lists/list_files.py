"""Lists of genes from files and from what people paste: words, a column of a table, a ranking, or gene sets."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from generain_core.attributes.gmt import gmt_descriptions, read_gmt
from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.lists.enrichment import resolve_sets
from generain_core.lists.gene_list import Origin
from generain_core.lists.workspace import unique_title
from generain_core.samples.io.files import file_bytes
from generain_core.samples.io.formats.excel.spreadsheet import cell_text, cells_of
from generain_core.samples.io.limits import no_table
from generain_core.samples.io.sniff import decoded, gunzipped

MOST_NAMES = 1_000_000
_HEADERS = (
    "gene",
    "genes",
    "symbol",
    "gene_symbol",
    "gene symbol",
    "gene_name",
    "gene name",
    "hgnc_symbol",
    "ensembl_gene",
    "gene_id",
)
_EXPECTED = "names of genes in a text, csv, xlsx or GMT file, or with commas between, are expected"


def split_names(text: str) -> list[str]:
    """Split what was pasted at commas, semicolons, tabs, bars, new lines and, where a line has several words, blanks."""
    words: list[str] = []
    for line in text.splitlines():
        for part in re.split(r"[,;|\t]+", line):
            words += part.split() if part.strip() else []
    return [word.strip("\"'“”‘’") for word in words]


@dataclass(frozen=True)
class ListFile:
    """A file with lists as it was read, before anyone asked who the genes are.

    Attributes:
        name: of the file.
        sets: members by set, of a GMT file.
        rows: cells row by row, of any other.
        origins: how lists came about, by set ("" of a table), where a file that was written here says so.
    """

    name: str
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: tuple[tuple[str, ...], ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    def origin_of(self, title: str) -> Origin:
        """Return how a list of this file came about, as far as it says so; else it is the user's."""
        return Origin(self.origins.get(title if self.sets else "", Origin.USER))


def read_list_file(path: Path, name: str | None = None) -> ListFile:
    """Read a GMT, txt, csv, tsv or xlsx file, gzipped or not; `name` is the file's own, if the path is that of a copy.

    Raises:
        GeneRAINError: the file can't be read, or is empty.
    """
    title = name or path.name
    content, shown = _content(path, title)
    if _is_gmt(title):
        sets = read_gmt(content, shown)
        noted = {each: Origin.noted(words) for each, words in gmt_descriptions(content).items()}
        return ListFile(title, sets=sets, origins={each: origin.value for each, origin in noted.items() if origin is not None})
    rows = tuple(map(tuple, _rows(content, shown)))
    return ListFile(title, rows=rows, origins=_origin_of_table(rows))


def lists_of(file: ListFile, resolver: Resolver, name: str | None = None) -> dict[str, tuple[str, ...]]:
    """Return the lists of a file: each set of a GMT file, or the names of any other file as one list.

    Args:
        file: as it was read.
        resolver: tells which column of a table holds names of genes.
        name: the set to take of a GMT file; without it all.

    Raises:
        GeneRAINError: it holds no names or too many, or has no set of that name.
    """
    shown = file.name[:80]
    if file.sets:
        sets = dict(file.sets)
        if name is None:
            return sets
        if name not in sets:
            raise GeneRAINError(
                f"{shown} has no set {name[:60]!r}; it has {', '.join(list(sets)[:3])}{' …' if len(sets) > 3 else ''}."
            )
        return {name: sets[name]}
    names = _names_of(file.rows, resolver)
    if not names:
        raise GeneRAINError(f"{shown} holds no names; {_EXPECTED}.")
    if len(names) > MOST_NAMES:
        raise GeneRAINError(f"{shown} holds {len(names):,} names; lists of up to {MOST_NAMES:,} are read.")
    return {name or file.name.split(".")[0]: tuple(names)}


def read_lists(path: Path, resolver: Resolver, name: str | None = None) -> dict[str, tuple[str, ...]]:
    """Read the lists of a file, as `read_list_file` and `lists_of` do.

    Returns:
        Names as they are written, under the name of their set or of the file.

    Raises:
        GeneRAINError: the file can't be read, is empty, or has no set of that name.
    """
    return lists_of(read_list_file(path), resolver, name)


def read_libraries(files: Sequence[Path], resolver: Resolver) -> dict[str, dict[str, frozenset[str]]]:
    """Read libraries of gene sets, one a GMT file: library → set → genes; names that lead to no gene are left out.

    Raises:
        GeneRAINError: no file, one that can't be read, or one that is empty.
    """
    if not files:
        raise GeneRAINError("No gene sets were given; give one or more GMT files.")
    libraries: dict[str, Mapping[str, Sequence[str]]] = {}
    for file in files:
        title = file.name.removesuffix(".gz").removesuffix(".gmt")
        libraries[unique_title(title, libraries)] = read_lists(file, resolver)
    return resolve_sets(libraries, resolver)


def _content(path: Path, name: str) -> tuple[bytes, str]:
    shown = name[:80]
    content = file_bytes(path, shown)
    return (gunzipped(io.BytesIO(content), shown) if content[:2] == b"\x1f\x8b" else content), shown


def _is_gmt(name: str) -> bool:
    return ".gmt" in (suffix.lower() for suffix in Path(name).suffixes[-2:])


def _text(cell: object) -> str:
    return (cell_text(cell) or "") if isinstance(cell, float) else "" if cell is None else str(cell)


def _rows(content: bytes, shown: str) -> list[list[str]]:
    if content[:4] == b"PK\x03\x04":
        return [[_text(cell) for cell in row] for row in cells_of(content, shown)]
    try:
        text = _without_head(decoded(content, shown)[0].decode())
    except GeneRAINError as problem:
        raise GeneRAINError(f"{shown} is no text; {_EXPECTED}.") from problem
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max("\t;,", key=first.count)
    if first.count(mark) == 0 or not any(line.count(mark) for line in text.splitlines()[1:3]):
        return [[name] for name in split_names(text)]
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=mark) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise no_table(shown, error) from error


def _without_head(text: str) -> str:
    """Return text without the lines above a table that begin with #, such as those on where one of our own tables is from."""
    lines = text.splitlines()
    first = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    return "\n".join(lines[first:])


def _origin_of_table(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return what the provenance of a table that was written here says of how its genes were chosen."""
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "provenance" not in header:
        return {}
    column = header.index("provenance")
    noted = (Origin.noted(words) for words in {row[column] for row in rows[1:] if column < len(row)})
    origins = [origin for origin in noted if origin is not None]
    origin = next((each for each in origins if each.by_similarity), origins[0] if origins else None)
    return {} if origin is None else {"": origin.value}


def _names_of(rows: Sequence[Sequence[str]], resolver: Resolver) -> list[str]:
    if not rows:
        return []
    column = gene_column(rows, resolver)
    names = [row[column].strip() for row in rows if column < len(row) and row[column].strip()]
    return names[1:] if names and names[0].lower() in _HEADERS else names


def gene_column(rows: Sequence[Sequence[str]], resolver: Resolver) -> int:
    """Return the column with a header that says genes, else the one in which most of the first 200 names are genes."""
    header = [cell.strip().lower() for cell in rows[0]]
    for known in _HEADERS:
        if known in header:
            return header.index(known)
    width, some = max(map(len, rows)), rows[:200]
    hits = [
        int(pd.Series(resolver.resolve_many([row[i] for row in some if i < len(row)])["gene"]).notna().sum())
        for i in range(width)
    ]
    return max(range(width), key=lambda i: hits[i])
