"""Checksums of files and streams."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

BLOCK = 1 << 20


def sha256_of(content: IO[bytes], report: Callable[[int], None] = lambda size: None) -> tuple[int, str]:
    """Return the size and sha256 of a stream, which is read to its end; `report` is called with the size of each block."""
    digest, size = hashlib.sha256(), 0
    while block := content.read(BLOCK):
        digest.update(block)
        size += len(block)
        report(len(block))
    return size, digest.hexdigest()


def sha256_of_file(path: Path, report: Callable[[int], None] = lambda size: None) -> tuple[int, str]:
    """Return the size and sha256 of a file."""
    with path.open("rb") as content:
        return sha256_of(content, report)


def sha256_of_members(members: Iterable[Path]) -> str:
    """Return the sha256 of several files: the name and the sha256 of each, in the order of names."""
    total = hashlib.sha256()
    for member in sorted(members):
        total.update(member.name.encode() + b"\0" + bytes.fromhex(sha256_of_file(member)[1]))
    return total.hexdigest()


def md5_of_file(path: Path) -> str:
    """Return the md5 sum of a file in hex; it guards against accidents, not against attackers."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def ends_of_file(path: Path, length: int, size: int) -> bytes:
    """Return the first and the last `size` bytes of a file that is `length` bytes long: what large files are told apart by.

    A file of at most `size` bytes is in it twice.
    """
    with path.open("rb") as content:
        start = content.read(size)
        content.seek(max(0, length - size))
        return start + content.read(size)
