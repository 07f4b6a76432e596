"""How the predictions lie in their parquet: found by type, length and content of the columns, not by name."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.errors import ReleaseError
from generain_core.release.readers.annotation import plain_name
from generain_core.release.readers.predictions.columns import (
    Column,
    columns_of,
    first_values,
    is_fraction,
    is_list,
    is_number,
    is_text,
    pair_fields,
)
from generain_core.release.readers.predictions.long_columns import long_columns
from generain_core.release.readers.predictions.text_numbers import separator_of, words_of
from generain_core.release.readers.predictions.text_pairs import Marks, marks_of
from generain_core.release.readers.predictions.unknown_layout import nothing_found

Kind = Literal["list", "string", "lists", "pairs", "map", "wide", "transposed", "long"]
LEAST_GENES = 3
_NUMBERED = re.compile(r"[^\W\d]*[ _.]?\d+")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the probabilities are.

    Attributes:
        kind: ``list`` (a column of lists, one an attribute), ``string`` (the same as text), ``lists`` (names and numbers, both
            one list an attribute), ``pairs`` (text of names with numbers), ``map`` (a map, or a list of names with numbers),
            ``wide`` (a column or a field of a struct per gene), ``transposed`` (a column per attribute, a row per gene),
            ``long`` (a row per gene and attribute).
        columns: the columns of probabilities, in the file's order; of a struct per gene, its fields.
        metadata: every other column.
        gene_column: the column that names the genes; '' where there is none.
        separator: of ``string`` and ``lists``, what stands between two numbers in a text; '' for blanks.
        names_separator: the same of the names.
        marks: of ``pairs``, what stands between names and numbers.
        keys: of ``long``, the columns that together tell attributes apart.
        inside: the struct that has a field per gene; '' where there is none.
        named: whether the table itself names the genes.
        notes: what was left out.
    """

    kind: Kind
    columns: tuple[str, ...]
    metadata: tuple[str, ...]
    gene_column: str = ""
    separator: str = ""
    names_separator: str = ""
    marks: Marks | None = None
    keys: tuple[str, ...] = ()
    inside: str = ""
    named: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Seen:
    """What a search for the layout goes by: the file, its columns, their first values, the gene list, names of genes."""

    file: pq.ParquetFile
    name: str
    columns: list[Column]
    first: dict[str, pa.Scalar]
    genes: Sequence[str]
    known: set[str]
    lengths: Collection[int]

    def but(self, *taken: str) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.name not in taken)

    def words(self, column: Column) -> list[str]:
        """Return the names in the first row of a column that lists some; none if it lists other things."""
        value = self.first.get(column.name)
        if value is None or not value.is_valid:
            return []
        if is_list(column.type):
            return [str(word) for word in value.as_py()] if is_text(column.type.value_type) else []
        text = str(value.as_py())
        mark = next((m for m in (",", ";", "|", "\t") if m in text), " ")
        return words_of(text, mark)

    def are_genes(self, words: Sequence[str]) -> bool:
        return len(words) >= LEAST_GENES and sum(plain_name(word) in self.known for word in words) > len(words) / 2


def find_layout(
    file: pq.ParquetFile, name: str, genes: Sequence[str], known: Collection[str], lengths: Collection[int] = ()
) -> Layout:
    """Find the probabilities of an opened parquet.

    Args:
        file: the parquet.
        name: what to call it in messages.
        genes: the gene list beside it, in order; empty if there is none.
        known: names that genes of the model have.
        lengths: how many genes the orders have that the release knows; a table that names none may be as long as one of them.

    Raises:
        ReleaseError: none of the layouts, or several columns that may be the probabilities; the message says which columns of
            which type and length were seen.
    """
    names = [field.name for field in file.schema_arrow]
    twice = next((n for n in names if names.count(n) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise ReleaseError(f"{name} has several columns called “{twice[:60]}”; give each attribute or gene a name of its own.")
    if not file.metadata.num_rows:
        raise ReleaseError(f"{name} has columns but no rows; download it again.")
    columns = columns_of(file.schema_arrow)
    first = first_values(file, [c for c in columns if is_list(c.type) or is_text(c.type) or pa.types.is_map(c.type)])
    seen = _Seen(file, name, columns, first, genes, set(known), {len(genes)} if genes else set(lengths))
    ways: tuple[Callable[[_Seen], Layout | None], ...] = (
        _as_map,
        _as_lists,
        _as_text,
        _as_pairs,
        _as_wide,
        _as_struct,
        _as_long,
        _as_transposed,
    )
    found = next((layout for way in ways if (layout := way(seen)) is not None), None)
    if found is None:
        raise ReleaseError(nothing_found(file, name, columns, first, len(genes)))
    return found


def _as_map(seen: _Seen) -> Layout | None:
    fitting = [c for c in seen.columns if pair_fields(c.type) and seen.first[c.name].is_valid]
    lengths = {c.name: len(seen.first[c.name].as_py()) for c in fitting}
    column = _probabilities(seen, [c for c in fitting if lengths[c.name] >= LEAST_GENES], lengths)
    if not column:
        return None
    return Layout(kind="map", columns=(column,), metadata=seen.but(column))


def _as_lists(seen: _Seen) -> Layout | None:
    numbers = [c for c in seen.columns if is_list(c.type) and is_number(c.type.value_type) and seen.first[c.name].is_valid]
    return _listed(seen, "list", numbers, {c.name: len(seen.first[c.name]) for c in numbers})


def _as_text(seen: _Seen) -> Layout | None:
    texts = {c.name: str(seen.first[c.name].as_py() or "") for c in seen.columns if is_text(c.type)}
    separators = {name: separator_of(text) for name, text in texts.items()}
    lengths = {name: len(words_of(texts[name], mark)) for name, mark in separators.items() if mark is not None}
    numbers = [c for c in seen.columns if lengths.get(c.name, 0) > 1]
    return _listed(seen, "string", numbers, lengths, {n: mark for n, mark in separators.items() if mark is not None})


def _listed(
    seen: _Seen,
    kind: Literal["list", "string"],
    numbers: list[Column],
    lengths: dict[str, int],
    separators: dict[str, str] | None = None,
) -> Layout | None:
    """Return the layout of lists of numbers: with the names beside them, or as long as the genes that are known elsewhere."""
    separators = separators or {}
    texts = [c for c in seen.columns if is_text(c.type) or (is_list(c.type) and is_text(c.type.value_type))]
    beside = [(c, words) for c in texts if len(words := seen.words(c)) in lengths.values() and seen.are_genes(words)]
    for names, words in beside:
        column = _probabilities(seen, [c for c in numbers if lengths[c.name] == len(words)], lengths)
        if column:
            mark = next((m for m in (",", ";", "|", "\t") if is_text(names.type) and m in str(seen.first[names.name])), "")
            return Layout(
                kind="lists",
                columns=(column,),
                metadata=seen.but(column, names.name),
                gene_column=names.name,
                separator=separators.get(column, ""),
                names_separator=mark,
            )
    fitting = [c for c in numbers if lengths[c.name] in seen.lengths]
    if not fitting and seen.genes:  # of another length than the gene list: that is told when it is read
        fitting = [c for c in numbers if lengths[c.name] > len(seen.genes) / 2]
    if not fitting and not seen.genes:
        fitting = [c for c in numbers if lengths[c.name] >= LEAST_GENES]
    column = _probabilities(seen, fitting, lengths)
    if not column:
        return None
    return Layout(kind=kind, columns=(column,), metadata=seen.but(column), separator=separators.get(column, ""), named=False)


def _probabilities(seen: _Seen, fitting: list[Column], lengths: dict[str, int]) -> str | None:
    """Return the name of the column that holds probabilities, of those that might by type and length.

    Raises:
        ReleaseError: nothing tells which of several columns.
    """
    if len(fitting) > 1:
        longest = max(lengths[c.name] for c in fitting)
        fitting = [c for c in fitting if lengths[c.name] == longest]
    for hint in ("prob", "pred"):
        fitting = [c for c in fitting if hint in c.name.lower()] or fitting
    if len(fitting) > 1:
        fitting = [c for c in fitting if _within(seen.first[c.name])] or fitting
    if len(fitting) > 1:
        which = " and ".join(c.name[:40] for c in fitting[:4])
        raise ReleaseError(
            f"{seen.name} has several columns that may hold the probabilities: {which}. Leave one of them, or call it "
            "“predicted_probabilities”."
        )
    return fitting[0].name if fitting else None


def _within(value: pa.Scalar) -> bool:
    """Say whether the numbers of a first row lie from 0 to 1 and are not all whole."""
    listed = value.as_py()
    if isinstance(listed, str):
        words = words_of(listed, separator_of(listed) or "")
        numbers = [float(word) for word in words if word[:1].isdigit() or word[:1] in ".-+"]
    else:
        pairs = [list(each.values())[-1] if isinstance(each, dict) else each for each in listed]
        numbers = [float(each[-1] if isinstance(each, tuple) else each) for each in pairs if each is not None]
    return all(0 <= number <= 1 for number in numbers) and any(number != int(number) for number in numbers)


def _as_pairs(seen: _Seen) -> Layout | None:
    texts = {c.name: str(seen.first[c.name].as_py() or "") for c in seen.columns if is_text(c.type)}
    marks = {name: mark for name, text in texts.items() if (mark := marks_of(text)) is not None}
    longest = max(marks, key=lambda name: len(texts[name]), default=None)
    if longest is None:
        return None
    return Layout(kind="pairs", columns=(longest,), metadata=seen.but(longest), marks=marks[longest])


def _as_wide(seen: _Seen) -> Layout | None:
    numbers = [c.name for c in seen.columns if len(c.path) == 1 and is_number(c.type)]
    of_genes = [n for n in numbers if n in seen.known]
    if len(of_genes) >= LEAST_GENES and (len(of_genes) >= len(numbers) / 2 or len(of_genes) >= len(seen.known) / 2):
        # A column between two genes is a gene too, which the gene list lacks: that is told later.
        chosen = set(numbers[numbers.index(of_genes[0]) : numbers.index(of_genes[-1]) + 1])
        of_these = tuple(n for n in numbers if n in chosen)
        return Layout(kind="wide", columns=of_these, metadata=tuple(n for n in seen.but() if n not in chosen))
    fractions = tuple(c.name for c in seen.columns if len(c.path) == 1 and is_fraction(c.type))
    if len(fractions) not in seen.lengths:  # reliability and the like may stand beside columns that are numbered
        fractions = tuple(name for name in fractions if _NUMBERED.fullmatch(name))
    if of_genes or len(fractions) not in seen.lengths or seen.file.metadata.num_rows in seen.lengths or len(fractions) < 20:
        return None
    unnamed = set(fractions)
    return Layout(kind="wide", columns=fractions, metadata=tuple(n for n in seen.but() if n not in unnamed), named=False)


def _as_struct(seen: _Seen) -> Layout | None:
    for column in seen.columns:
        if pa.types.is_struct(column.type):
            fields = [column.type.field(i) for i in range(column.type.num_fields)]
            names = tuple(field.name for field in fields if is_number(field.type))
            if seen.are_genes(names):
                return Layout(kind="wide", columns=names, metadata=seen.but(column.name), inside=column.name)
    return None


def _as_long(seen: _Seen) -> Layout | None:
    found = long_columns(seen.file, seen.name, seen.columns, seen.known)
    if found is None:
        return None
    return Layout(
        kind="long",
        columns=(found.number,),
        metadata=found.metadata,
        gene_column=found.gene,
        keys=found.keys,
        notes=found.notes,
    )


def _as_transposed(seen: _Seen) -> Layout | None:
    of_attributes = tuple(c.name for c in seen.columns if len(c.path) == 1 and is_fraction(c.type))
    if not of_attributes:
        return None
    rest = tuple(n for n in seen.but() if n not in set(of_attributes))
    for column in (c for c in seen.columns if is_text(c.type) and len(c.path) == 1):
        names = seen.file.read(columns=[column.name]).select([column.name]).column(0).to_pylist()
        if sum(plain_name(str(value)) in seen.known for value in names) > len(names) / 2:
            return Layout(kind="transposed", columns=of_attributes, metadata=rest, gene_column=column.name)
    if seen.file.metadata.num_rows not in seen.lengths:
        return None
    return Layout(kind="transposed", columns=of_attributes, metadata=rest, named=False)
