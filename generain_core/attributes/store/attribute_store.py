"""The predictions as they are served: mapped from disk, contiguous by gene and by attribute."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from generain_core import settings
from generain_core.attributes.store.conversion import KIND, META, SUMMARIES, convert, known_key
from generain_core.attributes.store.rank_store import RANKS, add_ranks, ranks_of
from generain_core.errors import GeneError, GeneRAINError, ReleaseError
from generain_core.progress import Progress, part, silent
from generain_core.release.files import Release
from generain_core.release.readers.predictions.labels import Roles, roles
from generain_core.storage import cache


@dataclass(frozen=True, eq=False)
class AttributeStore:
    """Probabilities of every attribute for every gene.

    Attributes:
        genes: in the order of the release.
        table: one row an attribute, indexed by its name, with the release's other columns.
        by_attribute: attributes × genes, float32, NaN where there is none.
        by_gene: the same, genes × attributes.
        counts: per attribute, how many genes have a probability.
        medians, means, deviations: per attribute, of those genes (float64).
        layout: how they lay in the parquet.
        names: where the names of the genes are from.
        fingerprint: changes with the parquet and its gene list.
    """

    genes: tuple[str, ...]
    table: pd.DataFrame
    by_attribute: np.ndarray
    by_gene: np.ndarray
    counts: np.ndarray
    medians: np.ndarray
    means: np.ndarray
    deviations: np.ndarray
    layout: str
    notes: tuple[str, ...]
    fingerprint: str
    names: str = "the release"

    @property
    def name(self) -> str:
        """Return what to call the genes with predictions."""
        return "the predictions"

    @property
    def attributes(self) -> pd.Index:
        """Return the names of the attributes, in the order of the release."""
        return self.table.index

    @cached_property
    def roles(self) -> Roles:
        """Return which columns of the table tell reliability and which make facets."""
        return roles(self.table)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {gene: i for i, gene in enumerate(self.genes)}

    def __contains__(self, gene: object) -> bool:
        return gene in self._rows

    def row(self, gene: str) -> int:
        """Return the place of a gene.

        Raises:
            GeneError: the predictions don't have it.
        """
        try:
            return self._rows[gene]
        except KeyError:
            raise GeneError(
                f"“{gene[:40]}” has no predicted attributes; give one of the {len(self.genes):,} genes that do."
            ) from None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {str(attribute): i for i, attribute in enumerate(self.attributes)}

    def place(self, attribute: str) -> int:
        """Return the row of an attribute.

        Raises:
            GeneRAINError: there is none of this name; `find_attribute` takes other spellings.
        """
        try:
            return self._places[attribute]
        except KeyError:
            raise GeneRAINError(f"There is no attribute called “{attribute[:60]}”; give one by its full name.") from None

    @property
    def below(self) -> np.ndarray | None:
        """Return per gene and attribute how many genes have a lower probability; None until these ranks have been made."""
        if "ranks" not in self.__dict__:
            found = ranks_of(self.fingerprint)
            if found is None:
                return None
            self.__dict__["ranks"] = found
        ranks: np.ndarray = self.__dict__["ranks"]
        return ranks

    def _count_below(self, row: int) -> np.ndarray:
        own = np.asarray(self.by_gene[row])
        return np.concatenate(
            [
                np.count_nonzero(block < own[start : start + len(block), None], axis=1)
                for start, block in self.blocks(size=2 << 20)
            ]
        )

    def percentiles(self, gene: str) -> np.ndarray:
        """Return, per attribute, the per cent of the other genes whose probability is lower (float64; NaN without one)."""
        row = self.row(gene)
        below = self._count_below(row) if self.below is None else self.below[row]
        shares = 100 * below.astype(np.float64) / np.maximum(self.counts - 1, 1)
        result: np.ndarray = np.where(np.isnan(self.by_gene[row]), np.nan, shares)
        return result

    def percentiles_of(self, place: int) -> np.ndarray:
        """Return, per gene, the same in the attribute of a row (float64; NaN without one)."""
        values = np.asarray(self.by_attribute[place])
        ordered = np.sort(values[~np.isnan(values)])
        shares = 100 * np.searchsorted(ordered, values, "left") / max(len(ordered) - 1, 1)
        result: np.ndarray = np.where(np.isnan(values), np.nan, shares)
        return result

    def let_go(self) -> None:
        """Let go of the pages of the disk that queries have looked at, so that they don't count as this process's memory.

        The system keeps them at hand as long as it has room; nothing is read anew from the disk.
        """
        for array in (self.by_attribute, self.by_gene, self.__dict__.get("ranks")):
            mapped = getattr(array, "base", None)
            if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                mapped.madvise(mmap.MADV_DONTNEED)

    def blocks(self, size: int = 16 << 20) -> Iterator[tuple[int, np.ndarray]]:
        """Yield the first row and the probabilities of some attributes at a time, read into memory that is given back."""
        source = Path(str(getattr(self.by_attribute, "filename", "")))
        offset = int(getattr(self.by_attribute, "offset", 0))
        genes = len(self.genes)
        step = max(1, size // (4 * genes))
        for start in range(0, len(self.table), step):
            rows = min(step, len(self.table) - start)
            if source.is_file():
                flat = np.fromfile(source, np.float32, rows * genes, offset=offset + 4 * genes * start)
                yield start, flat.reshape(rows, genes)
            else:
                yield start, self.by_attribute[start : start + rows]


def is_converted(release: Release) -> bool:
    """Say whether the store is there already, without reading the parquet.

    Raises:
        ReleaseError: the release has no predictions.
    """
    key = known_key(release)
    return key is not None and (settings.cache_dir() / KIND / key / "meta.json").is_file()


def is_ranked(release: Release) -> bool:
    """Say whether the ranks of the store are there too.

    Raises:
        ReleaseError: the release has no predictions.
    """
    key = known_key(release)
    return key is not None and (settings.cache_dir() / RANKS / key / "meta.json").is_file()


def open_store(release: Release, progress: Progress | None = None, *, ranked: bool = True) -> AttributeStore:
    """Open the predictions; the first time they are converted, which takes a while.

    Args:
        release: the release.
        progress: told the share done and words.
        ranked: whether ranks that are not there yet are made too. Without them, all answers are the same; a gene's
            percentiles are counted in one pass over the table.

    Raises:
        ReleaseError: no predictions, a file that is not as published, or no room on the disk.
    """
    report = progress or silent
    key = convert(release, part(report, 0.0, 0.5) if ranked else progress)
    if ranked:
        add_ranks(key, part(report, 0.5, 0.5))
    entry = cache.load(KIND, key, meta=META)
    if entry is None:
        raise ReleaseError("The store of attributes was damaged while it was opened; try again.")
    columns = {name: entry.arrays[name] for name in ("by_attribute", "by_gene")}
    summaries = {name: np.array(entry.arrays[name]) for name in SUMMARIES}
    for array in summaries.values():
        array.setflags(write=False)
    split = entry.meta["table"]
    table = pd.DataFrame(split["data"], columns=split["columns"]).set_index("attribute")
    return AttributeStore(
        tuple(entry.meta["genes"]),
        table,
        **columns,
        **summaries,
        layout=entry.meta["layout"],
        notes=tuple(entry.meta["notes"]),
        fingerprint=key,
        names=entry.meta.get("names", "the release"),
    )


def find_attribute(store: AttributeStore, name: str) -> str:
    """Return the one attribute that a name means: in full, in any case, or a part that only one has.

    Raises:
        GeneRAINError: none or several; the message names the closest.
    """
    names = store.attributes
    wanted = " ".join(name.split())
    if wanted in names:
        return wanted
    folded = names.str.casefold()
    same = names[folded == wanted.casefold()]
    if len(same) == 1:
        return str(same[0])
    within = names[folded.str.contains(wanted.casefold(), regex=False)] if len(wanted) > 2 else names[:0]
    if len(within) == 1:
        return str(within[0])
    if len(within):
        raise GeneRAINError(
            f"{len(within):,} attributes have “{wanted[:60]}” in their name; give one in full, such as “{within[0]}” or "
            f"“{within[1]}”."
        )
    from rapidfuzz import fuzz, process

    close = process.extract(wanted.casefold()[:200], folded.tolist(), scorer=fuzz.ratio, limit=3, score_cutoff=50)
    suggestions = " Close to it: " + ", ".join(f"“{names[row]}”" for _, _, row in close) + "." if close else ""
    raise GeneRAINError(f"There is no attribute called “{wanted[:60]}” among the {len(names):,} of this release.{suggestions}")
