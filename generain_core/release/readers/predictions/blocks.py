"""The published predictions, read block by block whatever their layout."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.errors import ReleaseError
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.predictions.descriptions import described
from generain_core.release.readers.predictions.layout import Layout, find_layout
from generain_core.release.readers.predictions.text_numbers import lists_of_numbers
from generain_core.release.readers.token_index import read_token_index

BLOCK = 8 << 20
"""Bytes of probabilities that are read at once."""
TOLERANCE = 1e-6
"""How far beyond 0 or 1 a probability may be by rounding."""
MOST_VALUES, MOST_BYTES = 1000, 20_000
"""Values and bytes an attribute, on average, up to which a further column is kept as metadata."""


@dataclass(frozen=True, eq=False)
class Source:
    """The opened predictions: genes in order, one row of metadata an attribute, and blocks of probabilities."""

    path: Path
    layout: Layout
    genes: tuple[str, ...]
    metadata: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def by_gene(self) -> bool:
        """Say whether blocks hold some genes with all attributes (else some attributes with all genes)."""
        return self.layout.kind == "wide"

    @classmethod
    def open(cls, release: Release) -> "Source":
        """Open the predictions of a release and find out how they lie.

        Raises:
            ReleaseError: missing, cut short, empty, something else, or not of the genes that the gene list names.
        """
        path = release.path("attributes")
        listed = _listed_genes(release)
        known = _known(release, listed)
        try:
            with _opened(path) as file:
                layout = find_layout(file, path.name, listed, known)
                genes, notes = _genes(file, path.name, layout, listed)
                names, left_out = _readable(file, path.name, layout)
                metadata = _metadata(file, layout, names)
        except (pa.ArrowException, OSError) as problem:
            raise _unreadable(path, problem) from problem
        if release.has("annotation/attributes"):
            metadata = described(metadata, release.path("annotation/attributes"))
        return cls(path, layout, genes, metadata, (*notes, *left_out))

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield the probabilities in order: attributes × genes, or genes × attributes if `by_gene` (float32, NaN if missing).

        Raises:
            ReleaseError: cut short or damaged, a list of another length, a word that is no number, or no probability.
        """
        try:
            with _opened(self.path) as file:
                start = 0
                for block in self._columns(file) if self.layout.kind in ("wide", "transposed") else self._rows(file):
                    yield self._checked(block, start)
                    start += len(block)
        except (pa.ArrowException, OSError) as problem:
            raise _unreadable(self.path, problem) from problem

    def _rows(self, file: pq.ParquetFile) -> Iterator[np.ndarray]:
        column, size, done = self.layout.columns[0], len(self.genes), 0
        for batch in file.iter_batches(batch_size=max(1, BLOCK // (4 * size)), columns=[column]):
            lists = batch.column(0)
            if self.layout.kind == "string":
                lists = lists_of_numbers(lists, self.layout.separator)
            lengths = lists.value_lengths().to_numpy(zero_copy_only=False)
            wrong = np.flatnonzero(lengths != size)
            if len(wrong):
                found = lengths[wrong[0]]
                said = "no probabilities" if np.isnan(float(found)) else f"{int(found):,} probabilities"
                raise ReleaseError(
                    f"{self.path.name} has {said} for “{self.metadata.index[done + int(wrong[0])]}”, but its gene list names "
                    f"{size:,} genes; take both files from the same download."
                )
            yield _floats(lists.flatten()).reshape(len(lists), size)
            done += len(lists)

    def _columns(self, file: pq.ParquetFile) -> Iterator[np.ndarray]:
        step = max(1, BLOCK // (4 * file.metadata.num_rows))
        for start in range(0, len(self.layout.columns), step):
            names = list(self.layout.columns[start : start + step])
            table = file.read(columns=names).select(names)
            yield np.stack([_floats(column.combine_chunks()) for column in table.columns])

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


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    except (pa.ArrowException, OSError) as problem:
        raise _unreadable(path, problem) from problem


def _unreadable(path: Path, problem: Exception) -> ReleaseError:
    first = " ".join(str(problem).split())[:120]
    return ReleaseError(
        f"{path.name} can't be read as a parquet: it is empty, cut short or damaged ({first}); download it again."
    )


def _floats(array: pa.Array) -> np.ndarray:
    with np.errstate(over="ignore"):
        values: np.ndarray = array.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return values


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
    index = next((f"index/{s}" for s in GENE_SETS if release.has(f"index/{s}")), None)
    return set(listed) or (set(read_token_index(release.path(index))) if index else set())


def _genes(file: pq.ParquetFile, name: str, layout: Layout, listed: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if layout.kind in ("list", "string"):
        if not listed:
            raise ReleaseError(
                f"{name} says nothing of the order of its genes; add the file of gene names that belongs beside it."
            )
        return tuple(listed), ()
    if layout.kind == "transposed" and not layout.gene_column:
        return tuple(listed), (f"{name} names no genes: they are taken in the order of the gene list.",)
    if layout.kind == "wide":
        genes = list(layout.columns)
    else:
        genes = [
            str(value) for value in file.read(columns=[layout.gene_column]).select([layout.gene_column]).column(0).to_pylist()
        ]
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


def _readable(file: pq.ParquetFile, name: str, layout: Layout) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns of metadata that tell an attribute apart; what is as long as a list of genes is left out and named."""
    groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    paths = [file.metadata.schema.column(i).path for i in range(file.metadata.num_columns)] if layout.metadata else []
    rows, long = max(file.metadata.num_rows, 1), list[str]()
    for column in layout.metadata:
        parts = [i for i, path in enumerate(paths) if path == column or path.startswith(f"{column}.")]
        values = sum(group.column(i).num_values for group in groups for i in parts)
        size = sum(group.column(i).total_uncompressed_size for group in groups for i in parts)
        if values > MOST_VALUES * rows or size > MOST_BYTES * rows:
            long.append(column)
    said = f"{name} has further lists as long as its genes, which are left out: {', '.join(each[:40] for each in long[:5])}."
    return [each for each in layout.metadata if each not in long], (said,) if long else ()


def _metadata(file: pq.ParquetFile, layout: Layout, names: list[str]) -> pd.DataFrame:
    if layout.kind == "transposed":
        frame = pd.DataFrame({"attribute": layout.columns})
    else:
        frame = pd.DataFrame(index=range(file.metadata.num_rows))
        for column, values in zip(names, file.read(columns=names).select(names).columns if names else (), strict=True):
            frame[column] = _plain(values)
    from generain_core.release.readers.predictions.labels import labelled

    return labelled(frame)


def _plain(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        numbers: pd.Series = column.to_pandas()
        return numbers
    values = column.to_pylist()
    words = ["" if v is None else ", ".join(map(str, v)) if isinstance(v, list) else str(v) for v in values]
    return pd.Series(words, dtype=object)
