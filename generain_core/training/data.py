"""Binned samples to train on: chunks that stay on disk, the genes of their columns, the split."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.model import check_gene_set
from generain_core.release.model_descriptions import MODEL_NAMES
from generain_core.storage.mapped_array import map_array

SPECIAL = ("SPECIAL_EMB1", "SPECIAL_EMB2", "SPECIAL_EMB3")
"""What stands at the first token indices of every published index."""
LOOK = 64
"""Samples of each chunk, evenly spaced, that are looked at before training starts; the others are as they are read."""
_BLOCK = 256


def token_index(genes: Sequence[str]) -> dict[str, int]:
    """Return a token index for genes as the published ones are built: three special tokens, then the genes in order."""
    return {name: i for i, name in enumerate((*SPECIAL, *genes))}


@dataclass(frozen=True, kw_only=True)
class Chunks:
    """Binned samples of one gene list in one or several arrays. Open them with `open_chunks`.

    Attributes:
        arrays: samples × genes each, bins 1 to 2,000; memory maps or arrays.
        names: of the arrays, for messages.
        columns: the columns that are read.
        tokens: token index of each of these.
        starts: first sample of each array, and the number of all samples at the end.
        origins: what h5ad files say of where their samples come from.
    """

    arrays: tuple[Any, ...]
    names: tuple[str, ...]
    columns: NDArray[np.int64]
    tokens: NDArray[np.int64]
    starts: NDArray[np.int64]
    origins: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self.starts[-1])

    def rows(self, samples: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return bins of samples by number (samples × read genes).

        Raises:
            GeneRAINError: a value is no bin; the message names chunk and sample.
        """
        bins = np.empty((len(samples), len(self.columns)), dtype=np.float32)
        which = (np.searchsorted(self.starts, samples, side="right") - 1).tolist()
        for i, (chunk, sample) in enumerate(zip(which, samples.tolist(), strict=True)):
            row = sample - int(self.starts[chunk])
            bins[i] = self.arrays[chunk][row][self.columns]
            _check_bins(bins[i : i + 1], self.names[chunk], row)
        return bins

    def fingerprint(self) -> str:
        """Return what tells these samples from others: shapes, genes and the first sample of each chunk, as hex digits."""
        digest = hashlib.sha256(self.columns.tobytes() + self.tokens.tobytes())
        for array in self.arrays:
            digest.update(repr(tuple(array.shape)).encode() + np.asarray(array[0], dtype=np.float32).tobytes())
        return digest.hexdigest()[:24]


def open_chunks(
    chunks: Sequence[Any],
    genes: Sequence[str] | None,
    kind: str,
    index: Mapping[str, int] | None = None,
    modelled: Collection[str] | None = None,
) -> tuple[Chunks, dict[str, int]]:
    """Open binned samples and return them with the token index.

    Args:
        chunks: arrays (samples × genes), paths of .npy files, which are memory-mapped, or of binned .h5ad files.
        kind: of the model, to refuse h5ad files that were binned for another one's gene set.
        genes: names of the columns; may be None where all chunks are h5ad files, which have them.
        index: gene → token index, in whose order equal bins are read; by default one is made of the genes. Genes that it
            lacks are not read.
        modelled: genes that are read, by default all.

    Raises:
        GeneRAINError: no chunk, a file that can't be read, chunks and gene list that disagree, a gene listed twice, no gene
            that is read, values that are no bins, or nothing expressed.
    """
    if not len(chunks):
        raise GeneRAINError("There are no chunks to train on; give .npy files or a binned .h5ad.")
    origins = dict[str, None]()
    opened = [_open(chunk, i, kind, origins) for i, chunk in enumerate(chunks)]
    listed = list(genes) if genes is not None else next((own for _, _, own in opened if own is not None), None)
    if listed is None:
        raise GeneRAINError("The chunks don't say which genes their columns are; give the gene list that belongs to them.")
    _check_genes(opened, listed)
    index_used = dict(index) if index is not None else token_index(listed)
    columns = [i for i, gene in enumerate(listed) if gene in index_used and (modelled is None or gene in modelled)]
    columns.sort(key=lambda i: index_used[listed[i]])  # equal bins are read in this order, as where samples are embedded
    if len(columns) < 2:
        raise GeneRAINError(
            f"Of {len(listed):,} genes {len(columns)} are in the token index and modelled; a model needs 2 or more."
        )
    tokens = np.array([index_used[listed[i]] for i in columns], dtype=np.int64)
    starts = np.cumsum([0, *(len(array) for array, _, _ in opened)]).astype(np.int64)
    arrays, names, _ = zip(*opened, strict=True)
    opened_chunks = Chunks(
        arrays=arrays,
        names=names,
        columns=np.array(columns, dtype=np.int64),
        tokens=tokens,
        starts=starts,
        origins=tuple(origins),
    )
    looks = [
        np.unique(np.linspace(first, last - 1, min(LOOK, last - first)).astype(np.int64))
        for first, last in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]
    if max(int((opened_chunks.rows(look) > 1).sum(1).max()) for look in looks) < 2:
        raise GeneRAINError(
            "In no sample that was looked at are two genes expressed (bin 2 or more), so there is nothing to learn; "
            "give samples after Binning-By-Gene."
        )
    return opened_chunks, index_used


def split(samples: int, validation: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of the training and of the held-out samples; the same seed gives the same split."""
    order = np.random.default_rng((seed, 0)).permutation(samples)
    held = min(samples - 1, round(validation * samples))
    return np.sort(order[held:]), np.sort(order[:held])


def _open(chunk: Any, number: int, kind: str, origins: dict[str, None]) -> tuple[Any, str, list[str] | None]:
    if not isinstance(chunk, str | Path):
        array = chunk if hasattr(chunk, "shape") else np.asarray(chunk)
        return _checked(array, f"Chunk {number}"), f"Chunk {number}", None
    path = Path(chunk)
    if path.suffix == ".h5ad":
        return _h5ad(path, kind, origins)
    try:
        array = map_array(path)
    except FileNotFoundError as problem:
        raise GeneRAINError(f"There is no file {path}; give the path of a chunk, .npy or binned .h5ad.") from problem
    except (OSError, ValueError, EOFError) as problem:
        raise GeneRAINError(f"{path.name} is not a readable .npy file of numbers; give a chunk of binned samples.") from problem
    return _checked(array, path.name), path.name, None


def _h5ad(path: Path, kind: str, origins: dict[str, None]) -> tuple[Any, str, list[str]]:
    """Read the bins of an h5ad into memory, two bytes each; what a sparse table doesn't store is bin 1."""
    import h5py

    from generain_core.samples.io.hdf5.data_frames import read_frame
    from generain_core.samples.io.hdf5.expression_files import opened
    from generain_core.samples.io.hdf5.matrices import checked_sparse

    with _file(path) as source, opened(source, path.name) as file:
        genes, _ = read_frame(file, "var", path.name)
        samples, _ = read_frame(file, "obs", path.name)
        if "bins" not in file.get("layers", ()):
            raise GeneRAINError(f'{path.name} has no layers["bins"]; bin its samples with normalize first.')
        if kind in MODEL_NAMES and "uns/generain/gene_set" in file:
            check_gene_set(kind, str(file["uns/generain/gene_set"].asstr()[()]))
        if "uns/generain/provenance" in file:
            origins[str(file["uns/generain/provenance"].asstr()[()])] = None
        bins, shape = file["layers/bins"], (len(samples), len(genes))
        if isinstance(bins, h5py.Dataset):
            stored: Any = _checked(bins, path.name)
        else:
            stored = checked_sparse(bins, shape, str(bins.attrs.get("encoding-type", "csr")).removesuffix("_matrix"), path.name)
        dense_bins = np.empty(shape, dtype=np.int16)
        for start in range(0, shape[0], _BLOCK):
            block = stored[start : start + _BLOCK]
            dense = block.toarray().clip(min=1) if hasattr(block, "toarray") else np.asarray(block)
            _check_bins(dense, path.name, start)
            dense_bins[start : start + _BLOCK] = dense
    return dense_bins, path.name, list(genes)


def _file(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as problem:
        raise GeneRAINError(f"{path} can't be read ({problem.strerror}); give the path of a binned h5ad.") from problem


def _check_bins(rows: NDArray[Any], name: str, first: int) -> None:
    right = (rows >= 1) & (rows <= 2000) & (rows == np.floor(rows))
    if not right.all():
        row, column = np.argwhere(~right)[0]
        raise GeneRAINError(
            f"{name} has the value {rows[row, column]:g} in sample {first + int(row):,} (counted from 0), but bins are whole "
            "numbers from 1 to 2,000; give samples after Binning-By-Gene."
        )


def _checked(array: Any, name: str) -> Any:
    if len(array.shape) != 2 or not array.shape[0] or not array.shape[1] or np.dtype(array.dtype).kind not in "iuf":
        raise GeneRAINError(f"{name} is {tuple(array.shape)} of {array.dtype}; binned samples are numbers, samples × genes.")
    return array


def _check_genes(opened: Sequence[tuple[Any, str, list[str] | None]], genes: Sequence[str]) -> None:
    for array, name, own in opened:
        if array.shape[1] != len(genes):
            raise GeneRAINError(
                f"{name} has {array.shape[1]:,} columns, but the gene list has {len(genes):,} genes; "
                "give the list that belongs to it."
            )
        if own is not None and own != list(genes):
            first = next(i for i, (a, b) in enumerate(zip(own, genes, strict=True)) if a != b)
            raise GeneRAINError(
                f"{name} has the gene {own[first][:40]!r} in column {first:,} where the gene list has {genes[first][:40]!r}; "
                "all chunks need the same genes in the same order."
            )
    if len(set(genes)) < len(genes):
        twice = Counter(genes).most_common(1)[0][0]
        raise GeneRAINError(f"The gene list names {twice[:40]!r} twice; each column needs a gene of its own.")
