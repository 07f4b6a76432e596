"""The vector sets of a release, checked once, then memory-mapped from a cache."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODELS
from generain_core.release.readers.checkpoint import read_gene_embedding
from generain_core.release.readers.vector_array import read_array
from generain_core.storage import cache
from generain_core.vectors.space import GeneSpace

_FORMAT = 1


@dataclass(frozen=True)
class VectorSet:
    """A set of gene vectors that a release offers: its name and the keys of the files that it is read from."""

    name: str
    files: tuple[str, ...]
    description: str


def vector_sets(release: Release) -> list[VectorSet]:
    """Return the sets whose files are there, the one to use by default first."""
    known = [
        VectorSet("GeneRAIN-vec.200d", ("vectors/200d", "vectors/genes"), "the published GeneRAIN-vec"),
        VectorSet("GeneRAIN-vec.200d.txt", ("vectors/200d.txt",), "the published GeneRAIN-vec, from its text file"),
        *(VectorSet(model.name, model.files, "the gene embedding of this model") for model in MODELS),
        VectorSet("GeneRAIN-vec.32d", ("vectors/32d", "vectors/genes"), "the published 32-dimensional GeneRAIN-vec"),
    ]
    return [each for each in known if release.has(*each.files)]


def open_vectors(release: Release, name: str | None = None) -> GeneSpace:
    """Open a vector set by name (default: the first of `vector_sets`).

    A checkpoint's embedding has rows for genes that are in no model input, too.

    Raises:
        ReleaseError: no vectors in the release, no set of that name, or a file that is not as published.
    """
    sets = {each.name: each for each in vector_sets(release)}
    if not sets:
        raise ReleaseError(f"The release {release.root} has no gene vectors. {' '.join(release.missing('Gene vectors'))}")
    if name is not None and name not in sets:
        raise ReleaseError(f"There are no vectors called “{name[:60]}” in this release; it has {', '.join(sets)}.")
    chosen = sets[name] if name is not None else next(iter(sets.values()))
    return _cached(release, chosen)


def _cached(release: Release, chosen: VectorSet) -> GeneSpace:
    paths = [release.path(key) for key in chosen.files]
    key = cache.key_of(_FORMAT, *(cache.key_of_file(path) for path in paths))
    entry = cache.load("vectors", key, meta=("genes", "notes", "fingerprint"))
    if entry is None:
        genes, vectors, notes = _checked(paths[0], *_read(paths))
        digest = hashlib.sha256(vectors.tobytes() + "\n".join(genes).encode()).hexdigest()
        norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
        meta = {"genes": genes, "notes": notes, "fingerprint": digest}
        entry = cache.store("vectors", key, {"vectors": vectors, "norms": norms}, meta)
    meta_genes, notes, digest = entry.meta["genes"], entry.meta["notes"], entry.meta["fingerprint"]
    return GeneSpace(chosen.name, tuple(meta_genes), entry.arrays["vectors"], entry.arrays["norms"], digest, tuple(notes))


def _read(paths: list[Path]) -> tuple[list[str], np.ndarray]:
    if len(paths) == 1:
        from generain_core.release.readers.word2vec import read_text

        return read_text(paths[0])
    return read_gene_embedding(*paths) if paths[0].suffix == ".pth" else read_array(*paths)


def _checked(path: Path, genes: list[str], vectors: np.ndarray) -> tuple[list[str], np.ndarray, list[str]]:
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        raise ReleaseError(
            f"{path.name} holds a value that is not a finite number for {genes[int(np.argmin(finite))][:40]} "
            f"({int((~finite).sum()):,} genes in all); download it again."
        )
    keep, notes = np.ones(len(genes), bool), []
    first: dict[str, int] = {}
    for i, gene in enumerate(genes):
        if first.setdefault(gene, i) == i:
            continue
        if not np.array_equal(vectors[i], vectors[first[gene]]):
            raise ReleaseError(
                f"{path.name} has two different vectors for {gene[:40]}, rows {first[gene] + 1:,} and {i + 1:,}; "
                "download it again."
            )
        keep[i] = False
    if not keep.all():
        notes.append(f"{int((~keep).sum()):,} repeated rows, equal to the first of their gene, are left out.")
    empty = ~vectors.any(axis=1)
    if empty.any():
        notes.append(f"{int(empty.sum()):,} genes have only zeros as their vector and are left out.")
        keep &= ~empty
    if not keep.any():
        raise ReleaseError(f"{path.name} holds no vector that is not zero; download it again.")
    return [g for g, k in zip(genes, keep, strict=True) if k], vectors if keep.all() else vectors[keep], notes
