"""Checkpoints, vectors, training chunks, predictions: readable, finite, and of the sizes that go together."""

from typing import Any

import numpy as np

from generain_core.errors import ReleaseError
from generain_core.models.model import open_model
from generain_core.release import Release, gene_set_of
from generain_core.upkeep.checks.tables import share
from generain_core.vectors import open_vectors, vector_sets
from generain_core.vectors.arrays import read_array, read_names
from generain_core.vectors.checkpoint import read_gene_embedding, read_index, read_state
from generain_core.vectors.text import read_text

_SAMPLE = 200


def checkpoint(release: Release, name: str) -> str:
    """Check a model: tensors of sizes that fit each other and the token index, every weight a finite number."""
    path = release.path(f"model/{name}")
    state = read_state(path)
    for key, tensor in state.items():
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            raise ReleaseError(f"{path.name} has weights that are no finite numbers, in {key}; get it again.")
    if not release.has(f"index/{gene_set_of(name)}"):
        return f"{len(state):,} tensors"
    network = open_model(release, name, ()).network
    return f"{len(state):,} tensors, {network.genes:,} genes, width {network.width}"


def vectors(release: Release, name: str) -> str:
    """Check a set of gene vectors, and that its genes are in the token index."""
    space = open_vectors(release, name)
    if release.has("index/coding_lncrna"):
        share(space.genes, read_index(release.path("index/coding_lncrna")), name, "coding_lncrna_gene_to_idx.json")
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
    return f"the same to {apart:.1g}"


def against_checkpoint(release: Release, model: str) -> str:
    """Compare the vectors with the model's gene embedding: equal, equal but for scale, or different, and by how much."""
    published = [each for each in vector_sets(release) if each.name.startswith("GeneRAIN-vec.200d")]
    space = open_vectors(release, published[0].name)
    genes, embedding = read_gene_embedding(release.path(f"model/{model}"), release.path(f"index/{gene_set_of(model)}"))
    row = {gene: i for i, gene in enumerate(genes)}
    shared = [gene for gene in space.genes if gene in row]
    if len(shared) < 3:
        raise ReleaseError(f"GeneRAIN-vec and {model} share {len(shared)} genes; take both from one download.")
    ours = np.asarray(space.vectors[[i for i, g in enumerate(space.genes) if g in row]], dtype=np.float64)
    theirs = np.asarray(embedding[[row[g] for g in shared]], dtype=np.float64)
    if ours.shape == theirs.shape:
        apart = float(np.abs(ours - theirs).max())
        cosines = _rows(ours, theirs)
        if apart < 1e-5:
            return f"equal for all {len(shared):,} shared genes"
        if cosines.min() > 0.9999:
            return f"equal but for the scale of each gene, for all {len(shared):,} shared genes"
        worst = shared[int(np.argmin(cosines))]
        found = f"cosine of a gene's two vectors: median {np.median(cosines):.3f}, least {cosines.min():.3f} ({worst})"
    else:
        found = f"widths {ours.shape[1]} and {theirs.shape[1]}"
    some = np.linspace(0, len(shared) - 1, min(len(shared), _SAMPLE)).astype(int)
    upper = np.triu_indices(len(some), 1)
    likeness = float(np.corrcoef(_cosines(ours[some])[upper], _cosines(theirs[some])[upper])[0, 1])
    if not likeness > 0.1:
        raise ReleaseError(
            f"GeneRAIN-vec and the gene embedding of {model} have nothing in common ({found}; their similarities correlate by "
            f"{likeness:.2f}), so the rows or names of one are in another order."
        )
    return f"different: {found}; their similarities correlate by {likeness:.2f}"


def chunk(release: Release, number: int) -> str:
    """Check a chunk of training samples: as wide as gene2vec has genes, bins from 1 to 2,000 in samples from all over it."""
    path = release.path(f"chunk/{number}")
    array = _mapped(path)
    if array.ndim != 2 or array.dtype != np.float32 or not array.size:
        raise ReleaseError(f"{path.name} holds {array.dtype} of shape {array.shape}; float32 of samples × genes is expected.")
    if release.has("boundaries/gene2vec/genes"):
        genes = len(read_names(release.path("boundaries/gene2vec/genes")))
        if array.shape[1] != genes:
            raise ReleaseError(f"{path.name} has {array.shape[1]:,} columns, but gene2vec has {genes:,} genes; get it again.")
    for i in np.unique(np.linspace(0, len(array) - 1, min(len(array), 500)).astype(int)):
        row = np.asarray(array[i])
        if not (np.isfinite(row).all() and row.min() >= 1 and row.max() <= 2000 and (row == np.floor(row)).all()):
            raise ReleaseError(f"{path.name} has values that are no bins from 1 to 2,000, in sample {i + 1:,}; get it again.")
    return f"{len(array):,} samples × {array.shape[1]:,} genes"


def predictions(release: Release) -> str:
    """Check the predicted probabilities: every row can be read, one probability a gene, from 0 to 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path, listed = release.path("attributes"), read_names(release.path("attributes/genes"))
    if len(set(listed)) != len(listed):
        raise ReleaseError("genes_clf_pred_results.genes.txt names a gene twice; get it again.")
    if release.has("index/coding_lncrna"):
        share(listed, read_index(release.path("index/coding_lncrna")), "predictions", "coding_lncrna_gene_to_idx.json")
    rows = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=64):
                _probabilities(batch, listed, path.name, file.metadata.num_rows)
                rows += len(batch)
    except (pa.ArrowException, OSError) as problem:
        raise ReleaseError(f"{path.name} is cut short or damaged ({str(problem)[:80]}); get it again.") from problem
    return f"{rows:,} rows, {len(listed):,} genes"


def _probabilities(batch: Any, genes: list[str], name: str, rows: int) -> None:
    import pyarrow as pa

    found, wide = False, []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if pa.types.is_list(field.type) or pa.types.is_large_list(field.type):
            _one_each(np.asarray(column.value_lengths()), len(genes), name)
            _in_range(column.flatten().to_numpy(zero_copy_only=False), name)
            found = True
        elif pa.types.is_string(field.type) and column[0].as_py() and str(column[0]).count(",") > 0.5 * len(genes):
            texts = [str(text).strip("[] ").split(",") for text in column]
            _one_each(np.array([len(text) for text in texts]), len(genes), name)
            try:
                _in_range(np.array(texts, dtype=np.float64), name)
            except ValueError as problem:
                raise ReleaseError(f"{name} has probabilities that are no numbers; get it again.") from problem
            found = True
        elif pa.types.is_floating(field.type) and (field.name in set(genes) or rows == len(genes)):
            wide.append(column.to_numpy(zero_copy_only=False))
    if wide and not found:
        if rows != len(genes):
            _one_each(np.array([len(wide)]), len(genes), name)
        _in_range(np.stack(wide), name)
    elif not found:
        raise ReleaseError(f"{name} holds no probabilities of {len(genes):,} genes; take it and its gene list from one download.")


def _one_each(lengths: np.ndarray, genes: int, name: str) -> None:
    if (lengths != genes).any():
        other = int(lengths[lengths != genes][0])
        raise ReleaseError(f"{name} has {other:,} probabilities in a row, but its list names {genes:,} genes.")


def _in_range(values: np.ndarray, name: str) -> None:
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise ReleaseError(f"{name} has probabilities that are not between 0 and 1; get it again.")


def _mapped(path: Any) -> np.ndarray:
    try:
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as problem:
        raise ReleaseError(f"{path.name} is cut short, damaged or no .npy array; get it again.") from problem
    return array


def _rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    result: np.ndarray = (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-30)
    return result


def _cosines(a: np.ndarray) -> np.ndarray:
    unit = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-30)
    result: np.ndarray = unit @ unit.T
    return result
