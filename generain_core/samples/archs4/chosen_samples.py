"""ARCHS4 on disk: its samples found by words, and chosen ones read column by column. The expression matrix is never read whole.

Source: Lachmann et al. 2018, doi 10.1038/s41467-018-03751-6; the file ``human_gene_v2.2.h5``.
"""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress
from generain_core.release.files import Release
from generain_core.samples.archs4.index import ACCESSION, PROBABILITY, damaged, sample_index
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.raw_table import Layer, RawTable, no_texts
from generain_core.storage.cache import key_of_file, load, store
from generain_core.text import with_noun

BULK = 0.5
"""Samples that are single cells with a higher probability than this are mostly left out; the authors' cutoff is 0.5."""


@dataclass(frozen=True)
class Archs4:
    """The samples of ARCHS4. Open them with `Archs4.open`.

    Attributes:
        path: the .h5 file, or the table of its samples where that is all there is.
        index: one row a sample, memory-mapped: accession, series, title, source, characteristics, probability of a single
            cell, and all of its words in lower case in ``words``.
    """

    path: Path
    index: pa.Table
    _place: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, release: Release, *, progress: Progress | None = None) -> "Archs4":
        """Open the samples; their index is made on the first time and kept in the cache.

        Raises:
            ReleaseError: neither the .h5 file nor the table of its samples is there, or it is not as published.
        """
        path = release.path("archs4" if release.has("archs4") or not release.has("samples_meta") else "samples_meta")
        return cls(path, sample_index(path, progress))

    def __len__(self) -> int:
        """Return how many samples there are."""
        return int(self.index.num_rows)

    def search(
        self, text: str = "", *, max_single_cell: float | None = BULK, limit: int | None = 100
    ) -> tuple[pd.DataFrame, int]:
        """Return samples that have all of the words in their accession, series, title, source or characteristics.

        Case does not matter. A word is found where a word begins, so that ``male`` is not found in ``female``, but ``hepat``
        is in ``hepatic``; with an asterisk before it, ``*carcinoma``, inside words too. Words in quotes are looked for as they
        stand; a minus before a word asks for samples without it. The order is the file's.

        Args:
            text: the words; none finds all.
            max_single_cell: leaves out samples that are single cells with a higher probability; None keeps all.
            limit: rows to return at most.

        Returns:
            The samples: ``column`` (in the file), accession, series, title, source, characteristics, probability; and how many
            were found in all.
        """
        keep = np.ones(len(self), dtype=bool)
        for word in _words(text):
            asked = word.removeprefix("-") if len(word) > 1 else word
            hit = _matches(self.index["words"], asked.casefold())
            keep &= ~hit if asked != word else hit
        if max_single_cell is not None and PROBABILITY in self.index.column_names:
            with np.errstate(invalid="ignore"):
                keep &= ~(self.index[PROBABILITY].to_numpy() > max_single_cell)
        found = np.flatnonzero(keep)
        return self.rows(found[:limit]), len(found)

    def rows(self, columns: Sequence[int] | NDArray[np.integer]) -> pd.DataFrame:
        """Return what is known of the samples in some columns of the file."""
        table: pd.DataFrame = self.index.drop_columns(["words"]).take(pa.array(np.asarray(columns, dtype=np.int64))).to_pandas()
        table.insert(0, "column", np.asarray(columns, dtype=np.int64))
        return table

    def columns(self, accessions: Sequence[str]) -> NDArray[np.int64]:
        """Return the columns of some samples, ascending, each once.

        Raises:
            GeneRAINError: an accession that is not in the file.
        """
        if not self._place:
            self._place.update({name: i for i, name in enumerate(self.index[ACCESSION].to_pylist())})
        missing = [name for name in accessions if name.strip() not in self._place]
        if missing:
            raise GeneRAINError(
                f"{missing[0][:40]!r} and {len(missing) - 1:,} others of {len(accessions):,} are no samples of {self.path.name}; "
                "give GEO accessions of samples, such as GSM1234567."
                if len(missing) > 1
                else f"{missing[0][:40]!r} is no sample of {self.path.name}; give GEO accessions of samples, such as GSM1234567."
            )
        return np.unique(np.array([self._place[name.strip()] for name in accessions], dtype=np.int64))

    def read(self, columns: Sequence[int] | NDArray[np.integer], *, progress: Progress | None = None) -> Expression:
        """Return the counts of some samples (samples × all gene rows) with what is known of them, in the file's order.

        Only the parts of the file that hold these columns are read, each once, from its start to its end.

        Raises:
            GeneRAINError: there is no such column, or only the table of samples is here.
            ReleaseError: the file is damaged.
        """
        wanted = np.unique(np.asarray(columns, dtype=np.int64))
        if self.path.suffix != ".h5":
            raise GeneRAINError(
                f"{self.path.name} only lists the samples; put human_gene_v2.2.h5 beside it, from maayanlab.cloud/archs4."
            )
        if not len(wanted) or wanted[0] < 0 or wanted[-1] >= len(self):
            raise GeneRAINError(f"{self.path.name} has {with_noun(len(self), 'sample')}, and none was chosen or one beyond them.")
        with damaged(self.path), h5py.File(self.path, "r") as file:
            _keep_directory(file)
            genes = gene_names(self.path, file)
            matrix = file["data/expression"]
            if matrix.shape != (len(genes), len(self)) or matrix.dtype.kind not in "ui":
                raise ValueError(f"data/expression of {matrix.dtype} and shape {matrix.shape}")
            counts = np.empty((len(wanted), len(genes)), dtype=matrix.dtype)
            for done, rows, block in _slabs(matrix, wanted):
                counts[rows] = block
                if progress:
                    progress(done / len(wanted), f"{done:,} of {with_noun(len(wanted), 'sample')} read")
        obs = self.rows(wanted)
        obs.index = pd.Index([str(name) for name in obs.pop(ACCESSION)], dtype=object)
        return Expression(
            values=counts,
            samples=tuple(obs.index),
            identifiers=genes,
            obs=obs.rename(columns={"column": "archs4_column"}),
            source=self.path.name,
            sha256="",
            value_kind=ValueKind.COUNTS,
            notes=(f"{with_noun(len(wanted), 'sample')} were read from {self.path.name} of ARCHS4.",),
        )


def as_read(expression: Expression) -> RawTable:
    """Return samples of ARCHS4 as a file would have been read, for those who look at tables before they use them."""
    layer = Layer(expression.values.astype(np.float64), expression.identifiers, no_texts(len(expression.identifiers)))
    about = expression.obs.reset_index(drop=True)
    return RawTable(
        layers={"counts": layer},
        rows=expression.samples,
        row_texts=about,
        rows_named=True,
        format="ARCHS4",
        source=expression.source,
        sha256=expression.sha256,
        notes=expression.notes,
    )


def gene_names(path: Path, file: h5py.File) -> tuple[str, ...]:
    """Return a name for each row of the matrix: its Ensembl ID, or its symbol where there is none; from the cache if there."""
    key = key_of_file(path, "genes")
    cached = load("archs4-genes", key)
    if cached is None:
        group = file["meta/genes"]
        symbols = group["symbol"][:]
        ids = group["ensembl_gene"][:] if "ensembl_gene" in group else symbols
        names = np.array([own or symbol for own, symbol in zip(ids, symbols, strict=True)], dtype=np.bytes_)
        cached = store("archs4-genes", key, {"names": names}, {})
    return tuple(name.decode("utf-8", errors="replace") for name in cached.arrays["names"].tolist())


def _keep_directory(file: h5py.File, size: int = 64 << 20) -> None:
    """Let HDF5 keep more of the list that says where each chunk lies, so that no part of it is read twice."""
    settings = file.id.get_mdc_config()
    settings.set_initial_size, settings.initial_size, settings.max_size = True, size, size
    file.id.set_mdc_config(settings)


def _slabs(matrix: h5py.Dataset, wanted: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.intp], np.ndarray]]:
    """Yield how many columns are done, their places among the wanted ones, and their values, one stretch of chunks at a time."""
    width = matrix.chunks[1] if matrix.chunks else 1
    strips = wanted // width
    for strip in np.unique(strips):
        rows = np.flatnonzero(strips == strip)
        first, last = int(wanted[rows[0]]), int(wanted[rows[-1]])
        yield int(rows[-1]) + 1, rows, matrix[:, first : last + 1][:, wanted[rows] - first].T


def _matches(texts: pa.ChunkedArray, word: str) -> NDArray[np.bool_]:
    inside = len(word) > 1 and word[0] == "*"
    if inside or not word[0].isalnum():
        found = pc.match_substring(texts, word[1:] if inside else word)
    else:
        found = pc.match_substring_regex(texts, r"(?:^|[^\pL\pN])" + re.escape(word))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _words(text: str) -> list[str]:
    try:
        return [word for word in shlex.split(text.replace("'", "\\'")) if word]
    except ValueError:
        return text.split()
