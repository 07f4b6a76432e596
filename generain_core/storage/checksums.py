"""Checksums of files and streams."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

BLOCK = 1 << 20


def sha256_of(content: IO[bytes], told: Callable[[int], None] = lambda size: None) -> tuple[int, str]:
    """Return the size and sha256 of a stream, which is read to its end; `told` is called with the size of each block."""
    digest, size = hashlib.sha256(), 0
    while block := content.read(BLOCK):
        digest.update(block)
        size += len(block)
        told(len(block))
    return size, digest.hexdigest()


def sha256_of_file(path: Path, told: Callable[[int], None] = lambda size: None) -> tuple[int, str]:
    """Return the size and sha256 of a file."""
    with path.open("rb") as content:
        return sha256_of(content, told)
