"""Values that carry the names of their genes, put where these genes stand."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generain_core.errors import ReleaseError
from generain_core.release.readers.annotation import plain_name


class GenePlaces:
    """Finds the place of each gene by its name, and puts values there."""

    def __init__(self, genes: Sequence[str], source: str) -> None:
        """Take genes in order, and what to call the table in messages."""
        self.genes, self._source = genes, source
        self._place = {gene: i for i, gene in enumerate(genes)}
        self._known: tuple[pa.Array, np.ndarray] | None = None

    def of(self, names: pa.Array) -> np.ndarray:
        """Return the place of each name (int64), -1 where no gene is called so."""
        if not pa.types.is_dictionary(names.type):
            names = names.dictionary_encode()
        if self._known is None or not self._known[0].equals(names.dictionary):
            places = [self._place.get(plain_name(str(name)), -1) for name in names.dictionary.to_pylist()]
            self._known = names.dictionary, np.array([*places, -1], np.int64)
        codes = pc.fill_null(names.indices, -1).to_numpy(zero_copy_only=False)
        result: np.ndarray = self._known[1][codes]
        return result

    def rows(self, names: pa.Array, values: np.ndarray, lengths: np.ndarray, attribute: Callable[[int], str]) -> np.ndarray:
        """Return rows × genes (NaN where a row lacks a gene), from the names and values of all rows one after another.

        Raises:
            ReleaseError: a name of no gene, or a gene twice in a row; `attribute` names the row.
        """
        places, size = self.of(names), len(self.genes)
        if (lengths == size).all() and np.array_equal(places.reshape(len(lengths), size), _tiled(len(lengths), size)):
            return values.reshape(len(lengths), size)
        row = np.repeat(np.arange(len(lengths)), lengths)
        if (places < 0).any():
            at = int(np.argmax(places < 0))
            raise self.stranger(str(names[at]), attribute(int(row[at])))
        flat = row * size + places
        counts = np.bincount(flat, minlength=len(lengths) * size)
        if (counts > 1).any():
            at = int(np.argmax(counts > 1))
            raise self.twice(at % size, attribute(at // size))
        block = np.full(len(lengths) * size, np.nan, np.float32)
        block[flat] = values
        return block.reshape(len(lengths), size)

    def stranger(self, name: str, attribute: str) -> ReleaseError:
        """Return the error for a name that is none of the genes."""
        return ReleaseError(
            f"{self._source} has a probability of “{attribute[:60]}” for {name[:40]}, which is none of its {len(self.genes):,} "
            "genes: attributes name different genes. Take it from the release again, or put the list of all genes beside it."
        )

    def twice(self, place: int, attribute: str) -> ReleaseError:
        """Return the error for a pair of gene and attribute that is there twice."""
        return ReleaseError(
            f"{self._source} has several probabilities of “{attribute[:60]}” for {self.genes[place][:40]}, where one is "
            "expected; nothing tells which one holds. Take it from the release again."
        )


def _tiled(rows: int, size: int) -> np.ndarray:
    return np.broadcast_to(np.arange(size), (rows, size))
