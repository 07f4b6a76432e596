"""Tables with a row per attribute: lists, text of numbers, names beside numbers, pairs as text, maps."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.errors import ReleaseError
from generain_core.release.readers.predictions.columns import (
    as_floats,
    columns_of,
    first_values,
    is_text,
    pair_fields,
    values_in,
)
from generain_core.release.readers.predictions.gene_places import GenePlaces
from generain_core.release.readers.predictions.layout import Layout
from generain_core.release.readers.predictions.text_numbers import lists_of_numbers, lists_of_words
from generain_core.release.readers.predictions.text_pairs import names_and_numbers

ROW_KINDS = ("list", "string", "lists", "pairs", "map")
_LOOKED_AT = 7
"""Rows whose genes are looked at, to know all genes of the table."""


def named_genes(file: pq.ParquetFile, layout: Layout) -> list[str]:
    """Return the genes that rows from all over the table name, in the order of the first."""
    paths = _paths(file, layout)
    wanted = [c for c in columns_of(file.schema_arrow) if c.path in paths]
    rows = np.unique(np.linspace(0, file.metadata.num_rows - 1, _LOOKED_AT).astype(int))
    genes: dict[str, None] = {}
    for row in rows:
        values = first_values(file, wanted, int(row))
        arrays = [pa.array([values[".".join(path)].as_py()], values[".".join(path)].type) for path in paths]
        names, _, _ = _parts(arrays, layout)
        genes |= dict.fromkeys(str(name) for name in (names.to_pylist() if names is not None else []))
    return list(genes)


def numbers_in_first_row(file: pq.ParquetFile, layout: Layout) -> int:
    """Return how many numbers the first attribute has."""
    paths = _paths(file, layout)
    values = first_values(file, [c for c in columns_of(file.schema_arrow) if c.path in paths])
    arrays = [pa.array([values[".".join(path)].as_py()], values[".".join(path)].type) for path in paths]
    return int(_parts(arrays, layout)[2][0])


def attribute_rows(
    file: pq.ParquetFile, layout: Layout, genes: Sequence[str], name: str, attribute: Callable[[int], str], block: int
) -> Iterator[np.ndarray]:
    """Yield some attributes × genes at a time (float32, NaN if missing).

    Args:
        file: the table; columns of names are best read as dictionaries.
        layout: how it lies.
        genes: in order.
        name: what to call the table.
        attribute: names an attribute by its row.
        block: bytes of probabilities that are read at once.

    Raises:
        ReleaseError: rows of another length, of other genes, or with a gene twice.
    """
    paths, size, start = _paths(file, layout), len(genes), 0
    places = GenePlaces(genes, name)
    step, columns = max(1, block // (4 * size)), [".".join(path) for path in paths]
    # Lists of words that are read as numbers of words can't span row groups, each of which numbers its own.
    groups = range(file.metadata.num_row_groups)
    for batch in (b for i in groups for b in file.iter_batches(batch_size=step, columns=columns, row_groups=[i]) if len(b)):
        try:
            names, numbers, lengths = _parts([values_in(batch, path) for path in paths], layout)
        except UnequalLists as odd:
            raise ReleaseError(
                f"{name} has {odd.genes:,} genes beside {odd.numbers:,} probabilities for “{attribute(start + odd.row)}” (row "
                f"{start + odd.row + 1:,}); take the table again."
            ) from odd
        if names is None:
            yield _plain(numbers, lengths, size, name, start, attribute)
        else:
            empty = np.flatnonzero(lengths == 0)
            if len(empty):
                raise ReleaseError(f"{name} has no probabilities for “{attribute(start + int(empty[0]))}”; take it again.")
            yield places.rows(names, as_floats(numbers), lengths, lambda row, begin=start: attribute(begin + row))  # type: ignore[misc]
        start += len(batch)


class UnequalLists(ReleaseError):
    """A row of a table has more names than numbers, or fewer.

    Attributes:
        row: which, of those that were read together.
        genes: how many names it has.
        numbers: how many numbers.
    """

    def __init__(self, row: int, genes: int, numbers: int) -> None:
        """Say what stands beside what."""
        super().__init__(f"A list of {genes:,} genes stands beside {numbers:,} probabilities; take the table again.")
        self.row, self.genes, self.numbers = row, genes, numbers


def _paths(file: pq.ParquetFile, layout: Layout) -> list[tuple[str, ...]]:
    names = [layout.columns[0], *([layout.gene_column] if layout.gene_column else [])]
    path_of = {column.name: column.path for column in columns_of(file.schema_arrow)}
    return [path_of[name] for name in names]


def _parts(arrays: list[pa.Array], layout: Layout) -> tuple[pa.Array | None, pa.Array, np.ndarray]:
    """Return the names (None if there are none), the numbers, and how many each row has."""
    column = arrays[0]
    if layout.kind == "pairs" and layout.marks is not None:
        names, numbers, lengths = names_and_numbers(column, layout.marks)
        return names, numbers, _lengths(lengths)
    if layout.kind == "map":
        return _pairs(column)
    if is_text(column.type):
        column = lists_of_numbers(column, layout.separator)
    numbers, lengths = column.flatten(), column.value_lengths()
    if layout.kind != "lists":
        return None, numbers, _lengths(lengths)
    listed = lists_of_words(arrays[1], layout.names_separator) if is_text(arrays[1].type) else arrays[1]
    if not np.array_equal(_lengths(listed.value_lengths()), _lengths(lengths)):
        odd = int(np.argmax(_lengths(listed.value_lengths()) != _lengths(lengths)))
        raise UnequalLists(odd, int(_lengths(listed.value_lengths())[odd]), int(_lengths(lengths)[odd]))
    return listed.flatten(), numbers, _lengths(lengths)


def _pairs(column: pa.Array) -> tuple[pa.Array, pa.Array, np.ndarray]:
    fields = pair_fields(column.type)
    if pa.types.is_map(column.type):
        offsets = column.offsets.to_numpy()
        begin, size = int(offsets[0]), int(offsets[-1] - offsets[0])
        return column.keys.slice(begin, size), column.items.slice(begin, size), np.diff(offsets).astype(np.int64)
    if fields is None:
        raise pa.ArrowInvalid("pairs of a name and a number were expected")
    flat = column.flatten()
    return flat.field(fields[0]), flat.field(fields[1]), _lengths(column.value_lengths())


def _lengths(lengths: pa.Array) -> np.ndarray:
    whole: np.ndarray = np.nan_to_num(lengths.to_numpy(zero_copy_only=False).astype(np.float64)).astype(np.int64)
    return whole


def _plain(
    numbers: pa.Array, lengths: np.ndarray, size: int, name: str, start: int, attribute: Callable[[int], str]
) -> np.ndarray:
    wrong = np.flatnonzero(lengths != size)
    if len(wrong):
        number = int(lengths[wrong[0]])
        sentence = f"{number:,} probabilities" if number else "no probabilities"
        raise ReleaseError(
            f"{name} has {sentence} for “{attribute(start + int(wrong[0]))}”, but its gene list names {size:,} genes; take both "
            "files from the same download."
        )
    return as_floats(numbers).reshape(len(lengths), size)
