"""The work file, a zip: written whole or not at all, checked before anything of it is read."""

import errno
import hashlib
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.samples.io.limits import FILE_BYTES, check_packing, in_words
from generain_core.storage.atomic import atomic_write
from generain_core.work import manifest
from generain_core.work.manifest import Manifest, Member

MOST_MEMBERS = 20_000
MOST_BYTES = 4 * FILE_BYTES
_BLOCK = 1 << 20
_DAY = (1980, 1, 1, 0, 0, 0)


class ZipSink:
    """Takes the members of a work file, each once."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._target = target
        self.members: dict[str, Member] = {}

    def put(self, name: str, pieces: Iterator[bytes]) -> None:
        """Write a member, unless it is there."""
        if name in self.members:
            return
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, _DAY)
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(".h5ad") else zipfile.ZIP_DEFLATED
        with self._target.open(entry, "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        self.members[name] = Member(size, digest.hexdigest())


@contextmanager
def written(path: Path, release: Release) -> Iterator[ZipSink]:
    """Give what takes the members of a work file; at the end the file is there with its manifest, or as it was before.

    Raises:
        GeneRAINError: the folder is missing or can't be written to, or there is no room.
    """
    with atomic_write(path) as working, zipfile.ZipFile(working, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        sink = ZipSink(target)
        yield sink
        target.writestr(zipfile.ZipInfo(manifest.NAME, _DAY), manifest.write(sink.members, release, time.time()))


class ZipMembers:
    """The members of a work file that was checked."""

    def __init__(self, source: zipfile.ZipFile, described: Manifest) -> None:
        self._source = source
        self.described = described

    def __contains__(self, name: object) -> bool:
        return name in self.described.members

    def open(self, name: str) -> IO[bytes]:
        """Return a member, to be read."""
        return self._source.open(name)

    def size(self, name: str) -> int:
        """Return a member's bytes."""
        return self.described.members[name].bytes


@contextmanager
def checked(path: Path, file: str, progress: Progress = silent) -> Iterator[ZipMembers]:
    """Give the members of a work file, each of which is as it was written.

    Args:
        path: of the file.
        file: its name, for messages.
        progress: told the share that was checked.

    Raises:
        GeneRAINError: it is no work file, was changed or damaged since, or holds what a work file never does.
    """
    try:
        with zipfile.ZipFile(path) as source:
            described = _described(source, file)
            _check_sums(source, described, file, progress)
            yield ZipMembers(source, described)
    except (OSError, zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, struct.error) as problem:
        if isinstance(problem, OSError) and problem.errno != errno.EINVAL:  # of the disk, not of a place before its beginning
            raise
        raise GeneRAINError(
            f"{file} is no work file of this program, or was damaged on its way ({str(problem)[:80]}); give one that “Save” in "
            "the sidebar wrote."
        ) from problem


def _described(source: zipfile.ZipFile, file: str) -> Manifest:
    """Return the manifest of a zip that holds what the manifest says, no more, no less."""
    entries = source.infolist()
    names = [each.filename for each in entries]
    if len(entries) > MOST_MEMBERS:
        raise GeneRAINError(f"{file} holds {len(entries):,} files, as no work file does; save the work anew.")
    if manifest.NAME not in names:
        raise GeneRAINError(f"{file} is no work file of this program; give one that “Save” in the sidebar wrote.")
    if len(set(names)) < len(names):
        raise GeneRAINError(f"{file} holds two files of one name, as no work file does; save the work anew.")
    if any(each.flag_bits & 1 or each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in entries):
        raise GeneRAINError(f"{file} was packed by another program; give the file that “Save” in the sidebar wrote.")
    if source.getinfo(manifest.NAME).file_size > manifest.MOST_BYTES:
        raise GeneRAINError(f"{file} has too long a list of its contents; save the work anew.")
    described = manifest.read(source.read(manifest.NAME), file)
    if set(names) - {manifest.NAME} != set(described.members):
        raise GeneRAINError(f"{file} does not hold what it says that it holds, so it was changed or cut off; save the work anew.")
    _check_sizes(entries, described, file)
    return described


def _check_sizes(entries: list[zipfile.ZipInfo], described: Manifest, file: str) -> None:
    whole = sum(each.file_size for each in entries)
    if whole > MOST_BYTES:
        raise GeneRAINError(f"{file} unpacks to {in_words(whole)}; work of up to {in_words(MOST_BYTES)} is opened.")
    check_packing(file, sum(each.compress_size for each in entries), whole, advice="save the work anew")
    for entry in entries:
        if entry.filename != manifest.NAME and entry.file_size != described.members[entry.filename].bytes:
            raise _changed(file, entry.filename)


def _check_sums(source: zipfile.ZipFile, described: Manifest, file: str, progress: Progress) -> None:
    whole, done = sum(each.bytes for each in described.members.values()) or 1, 0
    for name, member in described.members.items():
        digest = hashlib.sha256()
        with source.open(name) as content:
            while block := content.read(_BLOCK):
                digest.update(block)
                done += len(block)
                progress(done / whole, "checking the file")
        if digest.hexdigest() != member.sha256:
            raise _changed(file, name)


def _changed(file: str, member: str) -> GeneRAINError:
    return GeneRAINError(
        f"{file} was changed or damaged since it was saved ({member} in it is not as written); save the work anew."
    )
