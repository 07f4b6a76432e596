"""The published predictions, read block by block whatever their layout."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.errors import ReleaseError
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.readers.annotation import plain_name
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.predictions.attribute_rows import ROW_KINDS, attribute_rows, named_genes, numbers_in_first_row
from generain_core.release.readers.predictions.attribute_table import attribute_table
from generain_core.release.readers.predictions.columns import as_floats, columns_of, values_in
from generain_core.release.readers.predictions.descriptions import described
from generain_core.release.readers.predictions.layout import Layout, find_layout
from generain_core.release.readers.predictions.long_table import LongIndex, LongTable
from generain_core.release.readers.token_index import read_token_index

BLOCK = 8 << 20
"""Bytes of probabilities that are read at once."""
TOLERANCE = 1e-6
"""How far beyond 0 or 1 a probability may be by rounding."""


@dataclass(frozen=True, eq=False)
class Source:
    """The opened predictions: genes in order, one row of metadata an attribute, and blocks of probabilities.

    Attributes:
        path: of the table.
        layout: how it lies.
        genes: in order; where neither the table nor a list beside it names them, as many as there are, by their numbers.
        metadata: one row an attribute.
        notes: what was left out, and where names are from.
        words: parts of the parquet that are read as numbers of words.
        names: where the names of the genes are from.
        nameless: whether nothing names the genes.
        long: of a table with a row per gene and attribute, how it is ordered.
    """

    path: Path
    layout: Layout
    genes: tuple[str, ...]
    metadata: pd.DataFrame
    notes: tuple[str, ...]
    words: tuple[str, ...] = ()
    names: str = ""
    nameless: bool = False
    long: LongIndex | None = None

    @property
    def by_gene(self) -> bool:
        """Say whether blocks hold some genes with all attributes (else some attributes with all genes)."""
        return self.layout.kind == "wide" or (self.long is not None and self.long.order == "genes")

    @classmethod
    def open(cls, release: Release, lengths: Collection[int] = ()) -> "Source":
        """Open the predictions of a release and find out how they lie.

        Args:
            release: the release.
            lengths: how many genes the orders of the release have, for a table that names none.

        Raises:
            ReleaseError: missing, cut short, empty, something else, or not of the genes that the gene list names.
        """
        path = release.path("attributes")
        listed = _listed_genes(release)
        try:
            with _opened(path) as file:
                layout = find_layout(file, path.name, listed, _known(release, listed), lengths)
                words = _words(file, layout)
            with _opened(path, words) as file:
                long = LongTable(file, layout).index(path.name) if layout.kind == "long" else None
                genes, notes = _genes(file, path.name, layout, listed, long)
                metadata, left_out = attribute_table(file, path.name, layout, long)
        except (pa.ArrowException, OSError) as problem:
            raise _unreadable(path, problem) from problem
        if release.has("annotation/attributes"):
            metadata = described(metadata, release.path("annotation/attributes"))
        nameless = not layout.named and not listed
        source = path.name if layout.named else release.path("attributes/genes").name if listed else ""
        return cls(path, layout, genes, metadata, (*notes, *left_out), words, source, nameless, long)

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield the probabilities in order: attributes × genes, or genes × attributes if `by_gene` (float32, NaN if missing).

        Raises:
            ReleaseError: cut short or damaged, a list of another length, a word that is no number, or no probability.
        """
        try:
            with _opened(self.path, self.words) as file:
                start = 0
                for block in self._read(file):
                    yield self._checked(block, start)
                    start += len(block)
        except (pa.ArrowException, OSError) as problem:
            raise _unreadable(self.path, problem) from problem

    def _read(self, file: pq.ParquetFile) -> Iterator[np.ndarray]:
        if self.long is not None:
            return LongTable(file, self.layout).blocks(self.long, self.path.name, self._attribute, BLOCK)
        if self.layout.kind in ROW_KINDS:
            return attribute_rows(file, self.layout, self.genes, self.path.name, self._attribute, BLOCK)
        return self._columns(file)

    def _attribute(self, row: int) -> str:
        return str(self.metadata.index[row])

    def _columns(self, file: pq.ParquetFile) -> Iterator[np.ndarray]:
        step = max(1, BLOCK // (4 * file.metadata.num_rows))
        inside = next((c.path for c in columns_of(file.schema_arrow) if c.name == self.layout.inside), ())
        for start in range(0, len(self.layout.columns), step):
            names = list(self.layout.columns[start : start + step])
            table = file.read(columns=[".".join((*inside, name)) for name in names])
            yield np.stack([as_floats(values_in(table, (*inside, name))) for name in names])

    def _checked(self, block: np.ndarray, start: int) -> np.ndarray:
        if block.size and block.min() >= 0 and block.max() <= 1:  # neither holds of NaN
            return block
        bad = (block < -TOLERANCE) | (block > 1 + TOLERANCE)
        if bad.any():
            row, column = (int(i) for i in np.argwhere(bad)[0])
            value = block[row, column]
            attribute, gene = (column, start + row) if self.by_gene else (start + row, column)
            raise ReleaseError(
                f"{self.path.name} has {value:.6g} for “{self.metadata.index[attribute]}” and {self.genes[gene]}, "
                "which is no probability; numbers from 0 to 1 are expected."
            )
        clipped: np.ndarray = np.clip(block, 0, 1)
        return clipped


def names_genes(release: Release, lengths: Collection[int]) -> bool:
    """Say whether the predictions, or a list beside them, name their genes; for the arguments see `Source.open`.

    Raises:
        ReleaseError: the table is not as published.
    """
    if release.has("attributes/genes"):
        return True
    path = release.path("attributes")
    with _opened(path) as file:
        try:
            return find_layout(file, path.name, [], _known(release, []), lengths).named
        except (pa.ArrowException, OSError) as problem:
            raise _unreadable(path, problem) from problem


def _opened(path: Path, words: Sequence[str] = ()) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False, read_dictionary=list(words))
    except (pa.ArrowException, OSError) as problem:
        raise _unreadable(path, problem) from problem


def _words(file: pq.ParquetFile, layout: Layout) -> tuple[str, ...]:
    """Return the parts of a parquet that repeat the same words over and over, to be read as numbers of words."""
    repeated = {
        "long": [layout.gene_column, *layout.keys, *layout.metadata],
        "lists": [layout.gene_column],
        "map": [layout.columns[0]],
    }.get(layout.kind, [])
    parts = [file.metadata.schema.column(i) for i in range(file.metadata.num_columns)] if repeated else []
    texts = [part.path for part in parts if part.physical_type == "BYTE_ARRAY"]
    return tuple(path for path in texts if any(path == name or path.startswith(f"{name}.") for name in repeated))


def _unreadable(path: Path, problem: Exception) -> ReleaseError:
    first = " ".join(str(problem).split())[:120]
    return ReleaseError(
        f"{path.name} can't be read as a parquet: it is empty, cut short or damaged ({first}); download it again."
    )


def _listed_genes(release: Release) -> list[str]:
    if not release.has("attributes/genes"):
        return []
    path = release.path("attributes/genes")
    genes = list(read_gene_list(path, repeats=True))
    if len(set(genes)) < len(genes):
        seen: set[str] = set()
        twice = next(g for g in genes if g in seen or seen.add(g))  # type: ignore[func-returns-value]
        raise ReleaseError(f"{path.name} names {twice[:40]} twice; take it and the parquet from the same download.")
    return genes


def _known(release: Release, listed: list[str]) -> set[str]:
    """Return names that genes have: those of the list beside the table, else of the files that name the model's genes."""
    if listed:
        return set(listed)
    for gene_set in GENE_SETS:
        if release.has(f"index/{gene_set}"):
            return set(read_token_index(release.path(f"index/{gene_set}")))
    lists = ("vectors/genes", *(f"boundaries/{gene_set}/genes" for gene_set in GENE_SETS))
    there = next((key for key in lists if release.has(key)), None)
    return set(read_gene_list(release.path(there))) if there else set()


def _genes(
    file: pq.ParquetFile, name: str, layout: Layout, listed: list[str], long: LongIndex | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not layout.named:
        if listed and layout.kind == "transposed":
            return tuple(listed), (f"{name} names no genes: they are taken in the order of the gene list.",)
        return tuple(listed) or _numbered(file, layout), ()
    genes = _named(file, layout, long)
    if len(set(genes)) < len(genes):
        raise ReleaseError(f"{name} has several rows for one gene; take it from the release again.")
    missing, more = sorted(set(listed) - set(genes)), sorted(set(genes) - set(listed))
    if listed and (missing or more):
        which = f"{missing[0][:40]} is only in the list" if missing else f"{more[0][:40]} is only in the parquet"
        raise ReleaseError(
            f"{name} has probabilities of {len(genes):,} genes, but its gene list names {len(listed):,}: {which}; "
            "take both files from the same download."
        )
    return tuple(genes), ()


def _named(file: pq.ParquetFile, layout: Layout, long: LongIndex | None) -> list[str]:
    """Return the genes that the table names, in its order."""
    if long is not None:
        return list(long.genes)
    if layout.kind in ROW_KINDS:
        return [plain_name(gene) for gene in named_genes(file, layout)]
    if layout.kind == "wide":
        return list(layout.columns)
    column = file.read(columns=[layout.gene_column]).select([layout.gene_column]).column(0)
    return [plain_name(str(value)) for value in column.to_pylist()]


def _numbered(file: pq.ParquetFile, layout: Layout) -> tuple[str, ...]:
    """Return numbers in place of names that are not there."""
    if layout.kind == "wide":
        size = len(layout.columns)
    elif layout.kind == "transposed":
        size = file.metadata.num_rows
    else:
        size = numbers_in_first_row(file, layout)
    return tuple(f"gene {i + 1}" for i in range(size))
