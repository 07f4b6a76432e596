"""Tables with a row per gene and attribute: one pass to know their order, one to put the values where they belong."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generain_core import settings
from generain_core.errors import ReleaseError
from generain_core.release.readers.annotation import plain_name
from generain_core.release.readers.predictions.columns import as_floats, columns_of, values_in
from generain_core.release.readers.predictions.gene_places import GenePlaces
from generain_core.release.readers.predictions.layout import Layout

Order = Literal["attributes", "genes", "mixed"]
_BATCH = 1 << 20


class _Codes:
    """Numbers words in the order in which they first appear."""

    def __init__(self) -> None:
        self.code: dict[str, int] = {}
        self._last: tuple[pa.Array, np.ndarray] | None = None

    def of(self, values: pa.Array) -> np.ndarray:
        if not pa.types.is_dictionary(values.type):
            values = values.dictionary_encode()
        used = pc.fill_null(values.indices, -1).to_numpy(zero_copy_only=False)
        if self._last is None or not self._last[0].equals(values.dictionary):
            self._last = values.dictionary, np.full(len(values.dictionary) + 1, -1, np.int64)
        table = self._last[1]
        first = np.full(len(table), len(used))
        first[used[::-1]] = np.arange(len(used))[::-1]  # the last of the writes to one place stays; -1 is what is missing
        new = np.flatnonzero((first < len(used)) & (table < 0))
        if len(new):
            words = [*values.dictionary.to_pylist(), ""]
            for i in new[np.argsort(first[new])]:
                table[i] = self.code.setdefault(plain_name(str(words[i])), len(self.code))
        codes: np.ndarray = table[used]
        return codes


@dataclass(frozen=True, eq=False)
class LongIndex:
    """The genes of a long table, the row of each attribute's first value, and how its rows are ordered.

    Attributes:
        genes: in the order in which they appear.
        first_rows: of each attribute, in the order in which they appear.
        order: whether all rows of an attribute stand together, or all of a gene, or neither.
        rows: of the table.
    """

    genes: tuple[str, ...]
    first_rows: np.ndarray
    order: Order
    rows: int


class LongTable:
    """Reads a long table; call `index` first."""

    def __init__(self, file: pq.ParquetFile, layout: Layout) -> None:
        """Take an opened table, whose columns of words are best read as dictionaries, and its layout."""
        self._file, self._layout = file, layout
        self._path = {column.name: column.path for column in columns_of(file.schema_arrow)}

    def index(self, name: str) -> LongIndex:
        """Read the names of all rows once.

        Raises:
            ReleaseError: a row names no gene; `name` is what to call the table.
        """
        genes, attributes = _Codes(), _Attributes(len(self._layout.keys))
        first_rows, start, gene_runs, attribute_runs, last = list[np.ndarray](), 0, 0, 0, (-1, -1)
        for batch in self._batches(self._layout.gene_column, *self._layout.keys):
            gene = genes.of(values_in(batch, self._path[self._layout.gene_column]))
            attribute, fresh = attributes.of([values_in(batch, self._path[key]) for key in self._layout.keys])
            first_rows.append(start + fresh)
            gene_runs += _changes(gene, last[0])
            attribute_runs += _changes(attribute, last[1])
            last, start = (int(gene[-1]), int(attribute[-1])), start + len(batch)
        if "" in genes.code:
            raise ReleaseError(f"{name} has rows without a gene; take it from the release again.")
        firsts = np.concatenate(first_rows)
        order: Order = "mixed"
        if attribute_runs == len(firsts):
            order = "attributes"
        elif gene_runs == len(genes.code):
            order = "genes"
        return LongIndex(tuple(genes.code), firsts, order, start)

    def at_rows(self, name: str, rows: np.ndarray) -> pa.Array:
        """Return the values of a column in some rows, ascending."""
        parts, start = list[pa.Array](), 0
        for batch in self._batches(name):
            within = rows[(rows >= start) & (rows < start + len(batch))] - start
            if len(within):
                values = values_in(batch, self._path[name]).take(pa.array(within))
                parts.append(values.dictionary_decode() if pa.types.is_dictionary(values.type) else values)
            start += len(batch)
        return pa.concat_arrays(parts)

    def blocks(self, index: LongIndex, name: str, attribute: Callable[[int], str], block: int) -> Iterator[np.ndarray]:
        """Yield blocks of attributes × genes, or of genes × attributes if the order is by genes (float32, NaN if missing).

        Raises:
            ReleaseError: a pair of gene and attribute is there twice.
        """
        shape = len(index.first_rows), len(index.genes)
        if index.order == "mixed":
            yield from self._scattered(index, name, attribute, block)
            return
        by_gene = index.order == "genes"
        lines, width = shape[::-1] if by_gene else shape
        step, begin = max(1, block // (4 * width)), 0
        buffer, counts = _empty(min(step, lines), width)
        for gene, of_attribute, values in self._cells(index, name):
            line, place = (gene, of_attribute) if by_gene else (of_attribute, gene)
            while len(line):
                inside = int(np.searchsorted(line, begin + len(buffer)))
                flat = (line[:inside] - begin) * width + place[:inside]
                buffer.reshape(-1)[flat] = values[:inside]
                counts += np.bincount(flat, minlength=counts.size).reshape(counts.shape).astype(counts.dtype)
                _once(counts, begin, by_gene, GenePlaces(index.genes, name), attribute)
                line, place, values = line[inside:], place[inside:], values[inside:]
                if len(line):
                    yield buffer
                    begin += len(buffer)
                    buffer, counts = _empty(min(step, lines - begin), width)
        yield buffer

    def _scattered(self, index: LongIndex, name: str, attribute: Callable[[int], str], block: int) -> Iterator[np.ndarray]:
        """Put rows in any order to their places in a file aside, then read it."""
        attributes, genes = len(index.first_rows), len(index.genes)
        step = max(1, block // (4 * genes))
        with tempfile.TemporaryFile(dir=settings.cache_dir()) as aside, tempfile.TemporaryFile(dir=settings.cache_dir()) as seen:
            for start in range(0, attributes, step):
                np.full((min(step, attributes - start), genes), np.nan, np.float32).tofile(aside)
            seen.truncate(attributes * genes)
            aside.flush()
            for gene, of_attribute, values in self._cells(index, name):
                flat = of_attribute * genes + gene
                order = np.argsort(flat, kind="stable")
                flat, values = flat[order], values[order]
                cells = np.memmap(aside, np.float32, "r+", shape=(attributes * genes,))
                times = np.memmap(seen, np.uint8, "r+", shape=(attributes * genes,))
                again = (times[flat] > 0) | np.concatenate([[False], flat[1:] == flat[:-1]])
                if again.any():
                    cell = int(flat[np.argmax(again)])
                    raise GenePlaces(index.genes, name).twice(cell % genes, attribute(cell // genes))
                times[flat], cells[flat] = 1, values
                del cells, times  # what was written belongs to the system then, not to this process
            aside.seek(0)
            for start in range(0, attributes, step):
                size = min(step, attributes - start)
                yield np.fromfile(aside, np.float32, size * genes).reshape(size, genes)

    def _cells(self, index: LongIndex, name: str) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        genes, attributes = _Codes(), _Attributes(len(self._layout.keys))
        for batch in self._batches(self._layout.gene_column, *self._layout.keys, self._layout.columns[0]):
            gene = genes.of(values_in(batch, self._path[self._layout.gene_column]))
            attribute, _ = attributes.of([values_in(batch, self._path[key]) for key in self._layout.keys])
            yield gene, attribute, as_floats(values_in(batch, self._path[self._layout.columns[0]]))

    def _batches(self, *columns: str) -> Iterator[pa.RecordBatch]:
        return (batch for batch in self._file.iter_batches(batch_size=_BATCH, columns=list(columns)) if len(batch))


class _Attributes:
    """Numbers attributes, which several columns together may tell apart, in the order in which they first appear."""

    def __init__(self, keys: int) -> None:
        self._columns = [_Codes() for _ in range(keys)]
        self._code: dict[tuple[int, ...], int] = {}

    def of(self, columns: list[pa.Array]) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of each row's attribute, and the rows where one appears for the first time."""
        codes = np.stack([known.of(column) for known, column in zip(self._columns, columns, strict=True)])
        starts = np.flatnonzero(np.concatenate([[True], (codes[:, 1:] != codes[:, :-1]).any(axis=0)]))
        tuples, back = np.unique(codes[:, starts], axis=1, return_inverse=True)
        first = np.full(tuples.shape[1], len(starts))
        np.minimum.at(first, back, np.arange(len(starts)))
        numbers, fresh = np.empty(tuples.shape[1], np.int64), list[int]()
        for i in np.argsort(first):
            key = tuple(tuples[:, i].tolist())
            if key not in self._code:
                self._code[key] = len(self._code)
                fresh.append(int(starts[first[i]]))
            numbers[i] = self._code[key]
        return np.repeat(numbers[back], np.diff([*starts, codes.shape[1]])), np.array(fresh, np.int64)


def _changes(codes: np.ndarray, last: int) -> int:
    return int(codes[0] != last) + int(np.count_nonzero(codes[1:] != codes[:-1]))


def _empty(lines: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full((lines, width), np.nan, np.float32), np.zeros((lines, width), np.uint8)


def _once(counts: np.ndarray, begin: int, by_gene: bool, places: GenePlaces, attribute: Callable[[int], str]) -> None:
    if counts.max(initial=0) > 1:
        line, place = (int(i) for i in np.argwhere(counts > 1)[0])
        gene, of = (begin + line, place) if by_gene else (place, begin + line)
        raise places.twice(gene, attribute(of))
