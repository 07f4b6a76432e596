"""Bytes of a user's file, within the limits."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import FILE_BYTES, check_bytes
from generain_core.storage.checksums import sha256_of_file, sha256_of_members
from generain_core.storage.paths import is_there


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
    check_there(path, name)
    if not path.is_file():
        raise GeneRAINError(f"{name} is no file; give the path of a table of expression values.")
    check_bytes(name, path.stat().st_size, most=FILE_BYTES)


def check_there(path: Path, name: str) -> None:
    """Refuse a path where there is nothing.

    Raises:
        GeneRAINError: there is nothing.
    """
    if not is_there(path):
        raise GeneRAINError(f"{name[:120]} is not there; give the path of a table of expression values.")


def sha256_of(path: Path, members: list[Path]) -> str:
    """Return the sha256 of a file's bytes, or of a folder's: each member's name and bytes, in the order of names."""
    return sha256_of_file(path)[1] if path.is_file() else sha256_of_members(members)


def sha256_of_places(places: Mapping[str, Path]) -> str:
    """Return the sha256 of files under names of their own: each name and the sha256 of its bytes, in the order of names."""
    total = hashlib.sha256()
    for name, path in sorted(places.items()):
        total.update(name.encode() + b"\0" + bytes.fromhex(sha256_of_file(path)[1]))
    return total.hexdigest()
