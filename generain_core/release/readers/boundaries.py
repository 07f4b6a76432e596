"""The binning boundaries of a gene set: reference values per gene, memory-mapped."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError, ReleaseError
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.storage.mapped_array import map_array

BLOCK_BYTES = 32 << 20
"""Upper bound of what one block of genes takes in memory."""


@dataclass(frozen=True)
class Boundaries:
    """Reference values of every gene of a set. Open them with `Boundaries.open`.

    The released array is values × genes and lies in the file gene after gene (Fortran order), so a block of genes is one
    contiguous stretch of the map and is used in place. A file in the other order is transposed block by block.

    Attributes:
        values: values × genes, float32, log10 depth-scaled counts, each column ascending; mapped copy-on-write, so that
            nothing can reach the file.
        genes: names of the columns.
        source: name of the file.
        path: of the file, and `mark`, its size and time of change when it was opened; None of an array in memory.
    """

    values: NDArray[np.float32]
    genes: tuple[str, ...]
    source: str
    path: Path | None = None
    mark: tuple[int, int] | None = None
    _checked: set[tuple[int, int]] = field(default_factory=set, repr=False, compare=False)

    @classmethod
    def open(cls, release: Release, gene_set: str = "coding_lncrna") -> "Boundaries":
        """Map the boundaries of a gene set (``coding_lncrna`` or ``gene2vec``).

        Raises:
            GeneRAINError: there is no such gene set.
            ReleaseError: a file is missing or not as published.
        """
        if gene_set not in GENE_SETS:
            raise GeneRAINError(f"There is no gene set {gene_set!r}; choose {' or '.join(GENE_SETS)}.")
        names, path = release.path(f"boundaries/{gene_set}/genes"), release.path(f"boundaries/{gene_set}")
        genes = read_gene_list(names)
        mark = _mark(path)
        values = _map(path)
        if values.ndim != 2 or values.shape[1] != len(genes) or not len(values):
            raise ReleaseError(
                f"{path.name} should have {len(genes):,} columns, one for each gene of {names.name}, "
                f"but its shape is {values.shape}; take both files from the same download."
            )
        return cls(values, genes, path.name, path, mark)

    @property
    def block_genes(self) -> int:
        """Return how many genes make one block."""
        return max(1, BLOCK_BYTES // (4 * len(self.values)))

    def columns(self, genes: list[str] | tuple[str, ...]) -> NDArray[np.int64]:
        """Return the column of each gene, -1 where it has no boundaries."""
        place = {gene: i for i, gene in enumerate(self.genes)}
        return np.array([place.get(gene, -1) for gene in genes], dtype=np.int64)

    def check_unchanged(self) -> None:
        """Refuse values of a file that was written to since it was opened: some would be of one file, some of another.

        Raises:
            ReleaseError: it was changed or is gone.
        """
        if self.path is not None and _mark(self.path) != self.mark:
            raise ReleaseError(
                f"{self.source} was changed or removed while it was in use; nothing was computed from it. Do it once more when "
                "the release is whole again."
            )

    def block(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return the values of genes `start` to `stop`: genes × values, contiguous, checked the first time they are read.

        Raises:
            ReleaseError: values of a gene are not ascending numbers, or the file was changed since it was opened.
        """
        self.check_unchanged()
        block = np.ascontiguousarray(self.values[:, start:stop].T)
        if (start, stop) not in self._checked:
            descending = ~((block[:, 1:] >= block[:, :-1]).all(axis=1) & np.isfinite(block[:, 0]) & np.isfinite(block[:, -1]))
            if descending.any():
                gene = self.genes[start + int(np.argmax(descending))]
                raise ReleaseError(
                    f"{self.source} should hold ascending numbers for each gene, but those of {gene} are not; download it again."
                )
            self._checked.add((start, stop))
        return block


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _map(path: Path) -> NDArray[np.float32]:
    try:
        values: NDArray[np.float32] = map_array(path, "c")
    except (OSError, ValueError, EOFError) as problem:
        raise ReleaseError(
            f"{path.name} can't be read as an .npy array: it is cut short, damaged or another kind of file; download it again."
        ) from problem
    if getattr(values, "dtype", None) != np.float32:
        raise ReleaseError(f"{path.name} should hold float32 values, but holds {getattr(values, 'dtype', 'other things')}.")
    return values
