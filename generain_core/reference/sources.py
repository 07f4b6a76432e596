"""Where the samples of a reference come from: binned training chunks, samples of ARCHS4, expression tables."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.reference.store import COLUMNS, Origin
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.archs4.chosen_samples import Archs4
from generain_core.samples.binning.acceptance import accept
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.binning.gene_counts import gene_counts
from generain_core.samples.binning.gene_matching import Match, NameResolver, match_genes
from generain_core.samples.interpret.correction import to_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.isolated import read_guarded
from generain_core.storage.checksums import ends_of_file, sha256_of_file
from generain_core.storage.mapped_array import map_array

_SERIES = ("series_id", "series", "study", "dataset", "batch")
_TISSUE = ("source_name_ch1", "tissue", "cell_type", "celltype", "cell_line", "source")
_TITLE = ("title", "description")


@dataclass(frozen=True)
class SampleBlock:
    """Some samples of a source: their bins (samples × the source's genes), what is known of them, and how many were unfit."""

    bins: NDArray[np.int16]
    table: pd.DataFrame
    dropped: int


class Source(Protocol):
    """Gives binned samples by their place in it."""

    origin: Origin
    genes: tuple[str, ...]

    def take(self, start: int, stop: int) -> SampleBlock:
        """Return the samples from `start` to `stop` that are fit."""
        ...


class ChunkSource:
    """A chunk of the training samples, which are binned already. They have no names but their place."""

    def __init__(self, release: Release, number: int) -> None:
        path = release.path(f"chunk/{number}")
        try:
            self._bins: NDArray[np.float32] = map_array(path)
        except (OSError, ValueError, EOFError) as problem:
            raise GeneRAINError(f"{path.name} is cut short, damaged or no .npy array; get it again.") from problem
        self.genes = Boundaries.open(release, "gene2vec").genes
        if self._bins.ndim != 2 or self._bins.shape[1] != len(self.genes):
            raise GeneRAINError(
                f"{path.name} has the shape {self._bins.shape}, but the boundaries name {len(self.genes):,} genes; "
                "take both from one download."
            )
        self._name = f"training chunk {number}"
        self.origin = Origin("chunk", self._name, _key(path), len(self._bins))

    def take(self, start: int, stop: int) -> SampleBlock:
        """Return the samples from `start` to `stop`."""
        names = [f"{self._name.split()[-1]}:{row}" for row in range(start, min(stop, len(self._bins)))]
        table = _table(names, self._name, {})
        return SampleBlock(np.asarray(self._bins[start:stop]).astype(np.int16), table, 0)


class Archs4Source:
    """Chosen samples of ARCHS4, read by column and binned for a gene set."""

    def __init__(
        self, release: Release, resolver: NameResolver, columns: Sequence[int] | NDArray[np.int64], gene_set: str, min_genes: int
    ) -> None:
        self._archs4 = Archs4.open(release)
        self._columns = np.unique(np.asarray(columns, dtype=np.int64))
        self._boundaries, self._resolver, self._min_genes = Boundaries.open(release, gene_set), resolver, min_genes
        self._match: Match | None = None
        self.genes = self._found(self._archs4.read(self._columns[:1])).genes
        digest = hashlib.sha256(self._columns.astype("<i8").tobytes() + _key(self._archs4.path).encode())
        name = f"{len(self._columns):,} samples of ARCHS4"
        self.origin = Origin("archs4", name, digest.hexdigest()[:24], len(self._columns))

    def take(self, start: int, stop: int) -> SampleBlock:
        """Return the samples from `start` to `stop` that have enough expressed genes."""
        read = self._archs4.read(self._columns[start:stop])
        match = self._found(read)
        acceptance = accept(read, match, self._min_genes)
        kept = np.flatnonzero(acceptance["kept"])
        totals = acceptance["total_counts"].to_numpy()[kept]
        counts = gene_counts(read.values[kept], match)
        bins = bin_samples(counts, totals, self._boundaries, self._boundaries.columns(match.genes))
        names = [read.samples[i] for i in kept]
        return SampleBlock(bins, _table(names, "ARCHS4", read.obs.iloc[kept]), len(read.samples) - len(kept))

    def _found(self, read: Expression) -> Match:
        if self._match is None:
            self._match = match_genes(read.identifiers, self._resolver, self._boundaries.genes)
        return self._match


class TableSource:
    """Samples of any expression table, such as an h5ad. It is held in memory."""

    def __init__(self, path: Path, release: Release, resolver: Resolver, gene_set: str, min_genes: int) -> None:
        from generain_core.samples.binning.normalize import normalize

        raw = read_guarded(path)
        expression = to_expression(raw, diagnose(raw, resolver))
        normalized = normalize(expression, release, resolver, gene_set=gene_set, min_genes=min_genes)
        self._adata, self._dropped = normalized.adata, len(normalized.report["samples_dropped"])
        self.genes = tuple(str(name) for name in self._adata.var_names)
        self._name = path.name
        self.origin = Origin("table", path.name, sha256_of_file(path)[1][:24], self._adata.n_obs)

    def take(self, start: int, stop: int) -> SampleBlock:
        """Return the samples from `start` to `stop`; those that are unfit count to the first block."""
        part = self._adata[start:stop]
        table = _table([str(name) for name in part.obs_names], self._name, part.obs)
        return SampleBlock(np.asarray(part.layers["bins"]), table, self._dropped if start == 0 else 0)


def _table(names: Sequence[str], source: str, obs: Any) -> pd.DataFrame:
    """Return what is kept of samples, from columns that mostly hold it; what has no column of its own is listed."""
    remaining = [str(column) for column in obs]
    column_of = dict[str, str]()
    for part, known in (("series", _SERIES), ("title", _TITLE), ("tissue", _TISSUE)):
        name = next((each for wanted in known for each in remaining if each.lower() == wanted), None)
        if name is not None:
            column_of[part] = name
            remaining.remove(name)
    own = {part: [_plain(value) for value in obs[column]] for part, column in column_of.items()}
    if "characteristics_ch1" in remaining:
        about = [_plain(value) for value in obs["characteristics_ch1"]]
    else:
        kept = [
            name for name in remaining if name not in ("total_counts", "n_genes_by_counts", "n_genes_matched", "archs4_column")
        ]
        columns = [[f"{name}: {_plain(value)}" for value in obs[name]] for name in kept[:20]]
        about = [", ".join(row) for row in zip(*columns, strict=True)] if columns else [""] * len(names)
    columns_of = {"sample": [_plain(name) for name in names], "source": [source] * len(names), "characteristics": about} | own
    return pd.DataFrame({name: columns_of.get(name, [""] * len(names)) for name in COLUMNS})


def _plain(value: object) -> str:
    text = "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)
    return "".join(c if c.isprintable() else " " for c in text)[:300]


def _key(path: Path, size: int = 1 << 20) -> str:
    """Return a hash of a large file's size, start and end."""
    length = path.stat().st_size
    return hashlib.sha256(f"{length}\n".encode() + ends_of_file(path, length, size)).hexdigest()[:24]
