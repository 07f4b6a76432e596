"""Checkpoints, vectors, training chunks, predictions: readable, finite, and of the sizes that go together."""

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from generain_core.errors import ReleaseError
from generain_core.models.model import open_network_with_index
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.release.readers.boundaries import Boundaries
from generain_core.release.readers.checkpoint import read_gene_embedding, read_state
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.token_index import read_token_index
from generain_core.release.readers.vector_array import read_array
from generain_core.release.readers.word2vec import read_text
from generain_core.storage.mapped_array import map_array
from generain_core.text import significant
from generain_core.vectors import open_vectors, vector_sets
from generain_core.verify.checks.agreement import belong
from generain_core.verify.checks.tables import share

LARGEST_WEIGHT = 1e4
LEAST_SILENCE = 0.5


def checkpoint(release: Release, name: str) -> str:
    """Check a model: tensors of sizes that fit each other and the token index, every weight a finite number."""
    path = release.path(f"model/{name}")
    _sums(path)
    state = read_state(path)
    for key, tensor in state.items():
        if not tensor.is_floating_point():
            continue
        if not bool(tensor.isfinite().all()):
            raise ReleaseError(f"{path.name} has weights that are no finite numbers, in {key}; get it again.")
        if float(tensor.abs().max()) > LARGEST_WEIGHT:
            raise ReleaseError(f"{path.name} has a weight of {float(tensor.abs().max()):.3g} in {key}; get it again.")
        if tensor.ndim == 2 and not bool(tensor.any()):
            raise ReleaseError(f"{path.name} has nothing but zeros in {key}; get it again.")
    if not release.has(f"index/{describe_model(name).gene_set}"):
        return f"{len(state):,} tensors"
    network, _ = open_network_with_index(release, name)
    return f"{len(state):,} tensors, {network.genes:,} genes, width {network.width}"


def _sums(path: Path) -> None:
    """Compare every part of a checkpoint with the sum that the file keeps of it; loading does not."""
    try:
        with zipfile.ZipFile(path) as parts:
            damaged = parts.testzip()
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error):
        return  # an older format, or damage that reading it will name
    except (ValueError, RuntimeError) as problem:  # names that are no text, parts marked as encrypted
        raise ReleaseError(f"{path.name} has a damaged list of its parts ({str(problem)[:60]}); get it again.") from problem
    if damaged is not None:
        raise ReleaseError(f"{path.name} is damaged: {damaged} does not have the sum that the file keeps of it; get it again.")


def vectors(release: Release, name: str) -> str:
    """Check a set of gene vectors, and that its genes are in the token index."""
    space = open_vectors(release, name)
    if release.has("index/coding_lncrna"):
        share(space.genes, read_token_index(release.path("index/coding_lncrna")), name, "coding_lncrna_gene_to_idx.json")
    return "; ".join([f"{len(space.genes):,} genes × {space.vectors.shape[1]}", *space.notes])


def text_and_array(release: Release) -> str:
    """Check that the text and the array of GeneRAIN-vec are the same vectors."""
    genes, array = read_array(release.path("vectors/200d"), release.path("vectors/genes"))
    names, text = read_text(release.path("vectors/200d.txt"))
    if names != genes or text.shape != array.shape:
        raise ReleaseError("The text and the array of GeneRAIN-vec have other genes, or in another order; get both again.")
    apart = float(np.abs(text - array).max())
    if apart > 1e-3:
        raise ReleaseError(f"The text and the array of GeneRAIN-vec differ by up to {apart:.3g}; get both again.")
    return f"the same to {significant(apart, 1)}"


def against_checkpoint(release: Release, model: str) -> str:
    """Compare GeneRAIN-vec with a model's gene embedding: equal, equal but for scale, or different, and by how much."""
    genes, embedding = read_gene_embedding(
        release.path(f"model/{model}"), release.path(f"index/{describe_model(model).gene_set}")
    )
    shared, ours, theirs = shared_rows(published(release)[0], release, genes, embedding, model)
    if ours.shape == theirs.shape:
        apart = float(np.abs(ours - theirs).max())
        cosines = _rows(ours, theirs)
        other = np.flatnonzero(cosines < 0.9999)
        if apart < 1e-5:
            return f"equal for all {len(shared):,} shared genes"
        if not len(other):
            return f"equal but for the scale of each gene, for all {len(shared):,} shared genes"
        if len(other) < 0.05 * len(shared):
            raise ReleaseError(
                f"GeneRAIN-vec and the gene embedding of {model} are equal but for {len(other):,} of {len(shared):,} genes, such "
                f"as {', '.join(shared[i] for i in other[:3])}: rows or names of one were exchanged or damaged; get both again."
            )
        worst = shared[int(np.argmin(cosines))]
        found = f"cosine of a gene's two vectors: median {np.median(cosines):.3f}, least {cosines.min():.3f} ({worst})"
    else:
        found = f"widths {ours.shape[1]} and {theirs.shape[1]}"
    row = {gene: i for i, gene in enumerate(genes)}
    places = np.array([row[gene] for gene in shared])
    beside = (embedding[places - 1], embedding[(places + 1) % len(embedding)])
    likeness = belong(ours, theirs, "GeneRAIN-vec", f"the gene embedding of {model}", beside)
    return f"different: {found}; their similarities correlate by {likeness:.2f}"


def widths(release: Release) -> str:
    """Check that the vectors of 32 and of 200 numbers describe the same genes."""
    small = open_vectors(release, "GeneRAIN-vec.32d")
    shared, ours, theirs = shared_rows(published(release)[0], release, small.genes, small.vectors, "GeneRAIN-vec.32d")
    found = belong(ours, theirs, "GeneRAIN-vec.200d", "GeneRAIN-vec.32d")
    return f"{len(shared):,} genes; their similarities correlate by {found:.2f}"


def published(release: Release) -> list[str]:
    """Return the names of the published vectors of 200 numbers that are there."""
    return [each.name for each in vector_sets(release) if each.name.startswith("GeneRAIN-vec.200d")]


def shared_rows(
    name: str, release: Release, genes: Sequence[str], values: np.ndarray, what: str
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the genes that vectors share with another description, and the rows of both (float64), in the vectors' order."""
    space = open_vectors(release, name)
    row = {gene: i for i, gene in enumerate(genes)}
    shared = [gene for gene in space.genes if gene in row]
    if len(shared) < 3:
        raise ReleaseError(f"GeneRAIN-vec and {what} share {len(shared)} genes; take both from one download.")
    ours = np.asarray(space.vectors[[i for i, gene in enumerate(space.genes) if gene in row]], dtype=np.float64)
    return shared, ours, np.asarray(values[[row[gene] for gene in shared]], dtype=np.float64)


def chunk(release: Release, number: int) -> str:
    """Check a chunk of training samples: as wide as gene2vec has genes, bins from 1 to 2,000 in samples from all over it."""
    path = release.path(f"chunk/{number}")
    array = _mapped(path)
    if array.ndim != 2 or array.dtype != np.float32 or not array.size:
        raise ReleaseError(f"{path.name} holds {array.dtype} of shape {array.shape}; float32 of samples × genes is expected.")
    if release.has("boundaries/gene2vec/genes"):
        genes = len(read_gene_list(release.path("boundaries/gene2vec/genes")))
        if array.shape[1] != genes:
            raise ReleaseError(f"{path.name} has {array.shape[1]:,} columns, but gene2vec has {genes:,} genes; get it again.")
    silent = np.zeros(array.shape[1])
    places = np.unique(np.linspace(0, len(array) - 1, min(len(array), 500)).astype(int))
    for i in places:
        row = np.asarray(array[i])
        if not (np.isfinite(row).all() and row.min() >= 1 and row.max() <= 2000 and (row == np.floor(row)).all()):
            raise ReleaseError(f"{path.name} has values that are no bins from 1 to 2,000, in sample {i + 1:,}; get it again.")
        if len(row) > 1 and row.min() == row.max():
            raise ReleaseError(f"{path.name} has the bin {row[0]:.0f} for every gene of sample {i + 1:,}; get it again.")
        silent += row == 1
    asked = places[:: max(1, len(places) // 5)]
    twin = next((i for i in range(number) if release.has(f"chunk/{i}") and _same(array, release.path(f"chunk/{i}"), asked)), None)
    if twin is not None:
        raise ReleaseError(f"{path.name} holds the same samples as chunk {twin}; get both again.")
    return f"{len(array):,} samples × {array.shape[1]:,} genes{_silence(release, silent / len(places), path.name)}"


def _same(array: np.ndarray, path: Path, places: np.ndarray) -> bool:
    try:
        other = _mapped(path)
    except ReleaseError:  # that is told where that file is checked
        return False
    return array.shape == other.shape and all(np.array_equal(array[i], other[i]) for i in places)


def _silence(release: Release, share: np.ndarray, name: str) -> str:
    """Compare how often genes are not expressed here and among the reference values, which are of the same samples.

    Where hardly a gene is ever silent there is nothing to compare.
    """
    if not release.has("boundaries/gene2vec", "boundaries/gene2vec/genes") or (share > 0.01).mean() < 0.05:
        return ""
    zero = (np.asarray(Boundaries.open(release, "gene2vec").values) == 0).mean(axis=0)
    found = float(np.corrcoef(zero, share)[0, 1]) if zero.std() > 0 else float("nan")
    if found < LEAST_SILENCE:
        raise ReleaseError(
            f"{name} does not go with the boundaries of gene2vec: how often genes are not expressed correlates by {found:.2f} "
            "only, so its columns are in another order or of other genes; take both from one download."
        )
    return f", silent as often as in the boundaries (correlation {found:.2f})"


def _mapped(path: Path) -> np.ndarray:
    try:
        array: np.ndarray = map_array(path)
    except (OSError, ValueError, EOFError) as problem:
        raise ReleaseError(f"{path.name} is cut short, damaged or no .npy array; get it again.") from problem
    return array


def _rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    result: np.ndarray = (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-30)
    return result
