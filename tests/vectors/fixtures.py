"""Tiny releases with vectors, written by hand."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from generain_core.release.files import FILES


def put(root: Path, key: str, content: bytes) -> Path:
    path = root / FILES[key][0]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_array(root: Path, genes: Sequence[str], vectors: np.ndarray) -> None:
    path = put(root, "vectors/genes", ("\n".join(genes) + "\n").encode())
    assert path.parent.is_dir()
    np.save(root / FILES["vectors/200d"][0], vectors)


def put_text(root: Path, text: str) -> Path:
    return put(root, "vectors/200d.txt", gzip.compress(text.encode()))


@pytest.fixture
def cloud() -> tuple[list[str], np.ndarray]:
    """Return 400 genes whose vectors lie in clumps, with exact and near ties among them."""
    rng = np.random.default_rng(5)
    middles = rng.normal(size=(20, 24))
    vectors = (middles[rng.integers(0, 20, 400)] + rng.normal(0, 0.3, (400, 24))).astype(np.float32)
    vectors[17] = vectors[18] = vectors[200]
    vectors[30] = vectors[31] * np.float32(3)
    vectors[40] = vectors[41] + np.float32(1e-7)
    return [f"G{i}" for i in range(400)], vectors
