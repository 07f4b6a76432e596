"""Checksums."""

import hashlib
import io
from pathlib import Path

from generain_core.storage.checksums import ends_of_file, md5_of_file, sha256_of, sha256_of_file, sha256_of_members


def test_sums_are_those_of_the_bytes(tmp_path: Path) -> None:
    content, sizes = bytes(range(256)) * 5000, list[int]()
    path = tmp_path / "b"
    path.write_bytes(content)
    assert (
        sha256_of_file(path)
        == sha256_of(io.BytesIO(content), sizes.append)
        == (len(content), hashlib.sha256(content).hexdigest())
    )
    assert sum(sizes) == len(content)
    assert md5_of_file(path) == hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_ends_tell_large_files_apart(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abcdefgh")
    assert ends_of_file(path, 8, 3) == b"abcfgh"
    assert ends_of_file(path, 8, 100) == 2 * b"abcdefgh"


def test_members_count_by_name_and_bytes(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).write_text(name * 3)
    expected = hashlib.sha256()
    for name in ("a", "b"):
        expected.update(name.encode() + b"\0" + hashlib.sha256(name.encode() * 3).digest())
    assert sha256_of_members(tmp_path.iterdir()) == expected.hexdigest()
