"""Which files of a release a result was made with: a short name of their content."""

import hashlib
from functools import lru_cache
from pathlib import Path

from generain_core.release.files import Release

_PIECES, _PIECE = 256, 16 << 10


def identity(release: Release, *keys: str) -> str:
    """Return 16 hex digits that change with the content of some files; '' if none is there.

    Of a file above 4 MiB, 256 evenly spaced pieces and its size are read, as boundaries and weights take hundreds.
    """
    present = [release.files[key] for key in keys if release.has(key)]
    if not present:
        return ""
    digest = hashlib.sha256()
    for file in present:
        digest.update(f"{file.key} {_content(file.path, file.path.stat().st_size, file.path.stat().st_mtime_ns)}\n".encode())
    return digest.hexdigest()[:16]


def boundaries_identity(release: Release, gene_set: str) -> str:
    """Return the identity of what bins of a gene set are made with."""
    return identity(release, f"boundaries/{gene_set}", f"boundaries/{gene_set}/genes")


def model_identity(release: Release, model: str, gene_set: str) -> str:
    """Return the identity of what embeddings by a model are made with, beside bins: weights, tokens, which genes enter."""
    return identity(release, f"model/{model}", f"index/{gene_set}", "gene_statistics")


@lru_cache(maxsize=64)
def _content(path: Path, size: int, stamp: int) -> str:
    digest = hashlib.sha256(f"{size}".encode())
    with path.open("rb") as content:
        if size <= _PIECES * _PIECE:
            digest.update(content.read())
        else:
            for i in range(_PIECES):
                content.seek(i * (size - _PIECE) // (_PIECES - 1))
                digest.update(content.read(_PIECE))
    return digest.hexdigest()
