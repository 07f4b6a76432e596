"""How the predictions lie in their parquet: found by type and length of the columns, not by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.errors import ReleaseError
from generain_core.release.readers.predictions.text_numbers import separator_of, words_of

Kind = Literal["list", "string", "wide", "transposed"]
MOST_SHOWN = 12


@dataclass(frozen=True)
class Layout:
    """Where the probabilities are.

    Attributes:
        kind: ``list`` (a column of lists, one an attribute), ``string`` (the same as text), ``wide`` (a column per gene),
            ``transposed`` (a column per attribute, a row per gene).
        columns: the columns of probabilities, in the file's order.
        metadata: every other column.
        gene_column: of ``transposed``, the column that names the genes; '' where the gene list does.
        separator: of ``string``, what stands between two numbers; '' for blanks.
    """

    kind: Kind
    columns: tuple[str, ...]
    metadata: tuple[str, ...]
    gene_column: str = ""
    separator: str = ""


def find_layout(file: pq.ParquetFile, name: str, genes: Sequence[str], known: Collection[str]) -> Layout:
    """Find the probabilities of an opened parquet.

    Args:
        file: the parquet.
        name: what to call it in messages.
        genes: the gene list beside it, in order; empty if there is none.
        known: names that genes of the model have.

    Raises:
        ReleaseError: none of the four layouts; the message says which columns of which type and length were seen.
    """
    fields = list(file.schema_arrow)
    names = [field.name for field in fields]
    twice = next((n for n in names if names.count(n) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise ReleaseError(f"{name} has several columns called “{twice[:60]}”; give each attribute or gene a name of its own.")
    if not file.metadata.num_rows:
        raise ReleaseError(f"{name} has columns but no rows; download it again.")
    first = _first_row(file, [f.name for f in fields if _is_list(f.type) or _is_text(f.type)])
    found = (
        _as_list(fields, first, len(genes))
        or _as_text(fields, first, len(genes))
        or _as_wide(fields, set(known))
        or _as_transposed(file, fields, genes, set(known))
    )
    if found is None:
        raise ReleaseError(_nothing_found(name, file, fields, first, len(genes)))
    return found


def is_number(kind: pa.DataType) -> bool:
    """Say whether a column holds numbers that may be probabilities."""
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _first_row(file: pq.ParquetFile, columns: list[str]) -> dict[str, pa.Scalar]:
    if not columns:
        return {}
    batch = next(file.iter_batches(batch_size=1, columns=columns, row_groups=[_first_filled(file)]))
    return {column: batch.column(column)[0] for column in columns}


def _first_filled(file: pq.ParquetFile) -> int:
    return next(i for i in range(file.metadata.num_row_groups) if file.metadata.row_group(i).num_rows)


def _as_list(fields: list[pa.Field], first: dict[str, pa.Scalar], genes: int) -> Layout | None:
    of_numbers = [f.name for f in fields if _is_list(f.type) and is_number(f.type.value_type)]
    return _chosen("list", fields, {n: len(first[n]) for n in of_numbers if first[n].is_valid}, genes)


def _as_text(fields: list[pa.Field], first: dict[str, pa.Scalar], genes: int) -> Layout | None:
    texts = {f.name: str(first[f.name].as_py() or "") for f in fields if _is_text(f.type)}
    separators = {column: separator_of(text) for column, text in texts.items()}
    lengths = {c: len(words_of(texts[c], s)) for c, s in separators.items() if s is not None}
    found = _chosen("string", fields, {c: n for c, n in lengths.items() if n > 1}, genes)
    return found and Layout(found.kind, found.columns, found.metadata, separator=separators[found.columns[0]] or "")


def _chosen(kind: Kind, fields: list[pa.Field], lengths: dict[str, int], genes: int) -> Layout | None:
    """Return the layout of the column whose length is the number of genes, or of the only long one where none fits."""
    fitting = [c for c, n in lengths.items() if n == genes] or [c for c, n in lengths.items() if n > genes / 2 and n > 2]
    if not fitting:
        return None
    hinted = [c for c in fitting if "prob" in c.lower()] or [c for c in fitting if "pred" in c.lower()] or fitting
    return Layout(kind, (hinted[0],), tuple(f.name for f in fields if f.name != hinted[0]))


def _as_wide(fields: list[pa.Field], known: set[str]) -> Layout | None:
    numbers = [f.name for f in fields if is_number(f.type)]
    of_genes = [n for n in numbers if n in known]
    if len(of_genes) < 3 or (len(of_genes) < len(numbers) / 2 and len(of_genes) < len(known) / 2):
        return None
    # A column between two genes is a gene too, which the gene list lacks: that is told later.
    chosen = set(numbers[numbers.index(of_genes[0]) : numbers.index(of_genes[-1]) + 1])
    return Layout("wide", tuple(n for n in numbers if n in chosen), tuple(f.name for f in fields if f.name not in chosen))


def _as_transposed(file: pq.ParquetFile, fields: list[pa.Field], genes: Sequence[str], known: set[str]) -> Layout | None:
    of_attributes = [f.name for f in fields if pa.types.is_floating(f.type)]
    if not of_attributes:
        return None
    chosen = set(of_attributes)
    rest = tuple(f.name for f in fields if f.name not in chosen)
    for field in (f for f in fields if _is_text(f.type)):
        column = file.read(columns=[field.name]).select([field.name]).column(0).to_pylist()
        if sum(value in known for value in column) > len(column) / 2:
            return Layout("transposed", tuple(of_attributes), rest, gene_column=field.name)
    return Layout("transposed", tuple(of_attributes), rest) if file.metadata.num_rows == len(genes) else None


def _nothing_found(name: str, file: pq.ParquetFile, fields: list[pa.Field], first: dict[str, pa.Scalar], genes: int) -> str:
    seen = [f"{f.name[:40]} ({_described(f, first)})" for f in fields[:MOST_SHOWN]]
    more = f" and {len(fields) - MOST_SHOWN:,} more" if len(fields) > MOST_SHOWN else ""
    wanted = (
        f"of {genes:,} numbers, as many as there are genes" if genes else "of one number a gene, with the gene list beside it"
    )
    return (
        f"{name} holds no probabilities that could be found. It has {file.metadata.num_rows:,} rows and the columns "
        f"{', '.join(seen)}{more}. What would do: a list column or a text column {wanted}; one column per gene, under the genes' "
        "names; or one row per gene, with a column of gene names."
    )


def _described(field: pa.Field, first: dict[str, pa.Scalar]) -> str:
    if _is_list(field.type) and first[field.name].is_valid:
        return f"list of {field.type.value_type}, {len(first[field.name]):,} long"
    if _is_text(field.type):
        return f"text, {len(str(first[field.name].as_py() or '')):,} characters"
    return str(field.type)[:60]
