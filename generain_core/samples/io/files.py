"""Bytes of a user's file, within the limits."""

import hashlib
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import FILE_BYTES, check_bytes


def file_bytes(path: Path, name: str) -> bytes:
    """Return a file's bytes.

    Raises:
        GeneRAINError: it can't be read or is larger than the limit.
    """
    check_file(path, name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise GeneRAINError(f"{name} can't be read: {error.strerror or error}.") from error


def check_file(path: Path, name: str) -> None:
    """Refuse a path that is no file that can be read, or one that is too large.

    Raises:
        GeneRAINError: it is missing, no regular file, or larger than the limit.
    """
    if not path.exists():
        raise GeneRAINError(f"{name} is not there; give the path of a table of expression values.")
    if not path.is_file():
        raise GeneRAINError(f"{name} is no file; give the path of a table of expression values.")
    check_bytes(name, path.stat().st_size, most=FILE_BYTES)


def sha256_of(path: Path, members: list[Path]) -> str:
    """Return the sha256 of a file's bytes, or of a folder's: each member's name and bytes, in the order of names."""
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    total = hashlib.sha256()
    for member in sorted(members):
        total.update(member.name.encode() + b"\0")
        with member.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()
