"""Work at rest on the disk: a folder for each, found by its token and its browser together, for as long as it may be kept.

A folder's name is a checksum of both, so that neither is written down and neither alone leads to it. In the folder are the
arrays under their checksums, which are written once, and the work file's other members under the number of the save. The
manifest comes last and takes the place of the one before in one step: whoever is killed while saving leaves the work as it was.
"""

import contextlib
import hashlib
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.storage.atomic import is_full
from generain_core.storage.locks import Held, hold
from generain_core.work import manifest, parts
from generain_core.work.contents import Work
from generain_core.work.manifest import Manifest, Member
from generain_core.work.parts import Kinds

log = logging.getLogger(__name__)
_GONE, _LOCK, _SEEN, _NEW = "gone.json", ".lock", "seen", ".new-"
_GONE_DAYS = 90.0
_DAY = 86_400.0
Why = Literal["deleted", "expired"]


@dataclass(frozen=True)
class Gone:
    """Work that rested here and has gone: why, and when (seconds since 1970)."""

    why: Why
    when: float


@dataclass(frozen=True)
class Resting:
    """Work of one token in one browser, on the disk.

    Attributes:
        folder: of the work.
    """

    folder: Path

    @classmethod
    def of(cls, token: str, browser: str) -> "Resting":
        """Return the place of the work that a link's token names in a browser."""
        name = hashlib.sha256(f"{len(token)}:{token}{browser}".encode()).hexdigest()
        return cls(settings.cache_dir() / "work" / name)

    def save(self, work: Work, release: Release, kinds: Kinds) -> None:
        """Write work in place of what rests here; killed at any moment, it leaves what was there before.

        Raises:
            GeneRAINError: there is no room, or another process saves here at this moment.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with hold(self.folder / _LOCK):
                self._clear_unfinished()
                sink = _FolderSink(self.folder, secrets.token_hex(8))
                parts.put_work(work, sink, kinds)
                _write(self.folder / manifest.NAME, iter([manifest.write(sink.members, release, time.time(), sink.number)]))
                self._clear(sink)
                self.touch()
        except Held as problem:
            raise GeneRAINError("Your work is being saved by another tab; it is saved again with the next change.") from problem
        except OSError as problem:
            why = "there is no room on its disk" if is_full(problem) else problem.strerror
            raise GeneRAINError(f"The server can't keep your work ({why}); save it to a file.") from problem

    def open(self, kinds: Kinds) -> tuple[Work, Manifest] | None:
        """Return the work that rests here, and what its manifest says; None if there is none.

        Raises:
            GeneRAINError: what is there can't be read.
        """
        try:
            content = (self.folder / manifest.NAME).read_bytes()
        except OSError:
            return None
        described = manifest.read(content, "The work on the server")
        members = _FolderMembers(self.folder, described)
        members.check()
        return parts.get_work(members, kinds), described

    def is_there(self) -> bool:
        """Say whether work rests here."""
        return (self.folder / manifest.NAME).is_file()

    def touch(self) -> None:
        """Note that the work was looked at now, from which on its time counts."""
        with contextlib.suppress(OSError):
            (self.folder / _SEEN).touch()

    def delete(self, why: Why = "deleted") -> None:
        """Remove the work; what stays is when and why it has gone."""
        if not self.folder.is_dir():
            return
        for each in list(self.folder.iterdir()):
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != _LOCK:
                each.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            _write(self.folder / _GONE, iter([json.dumps({"why": why, "when": time.time()}).encode()]))

    def gone(self) -> Gone | None:
        """Return why and when work has gone from here; None if none rested here, or it still does."""
        try:
            document = json.loads((self.folder / _GONE).read_text(encoding="utf-8"))
            return Gone("deleted" if document["why"] == "deleted" else "expired", float(document["when"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def last_seen(self) -> float:
        """Return when the work was last looked at, in seconds since 1970; 0 if it never was."""
        try:
            return (self.folder / _SEEN).stat().st_mtime
        except OSError:
            return 0.0

    def _clear_unfinished(self) -> None:
        for left in self.folder.rglob(f"{_NEW}*"):
            left.unlink(missing_ok=True)
        (self.folder / _GONE).unlink(missing_ok=True)

    def _clear(self, sink: "_FolderSink") -> None:
        """Remove what earlier saves wrote and the last one does not need."""
        needed = {sink.place(name) for name in sink.members} | {self.folder / name for name in (manifest.NAME, _LOCK, _SEEN)}
        for each in [*self.folder.glob("*"), *self.folder.glob("arrays/*")]:
            if each.is_file() and each not in needed:
                each.unlink(missing_ok=True)


class _FolderSink:
    """Takes the members of one save."""

    def __init__(self, folder: Path, number: str) -> None:
        self._folder = folder
        self.number = number
        self.members: dict[str, Member] = {}
        (folder / "arrays").mkdir(exist_ok=True)

    def place(self, name: str) -> Path:
        """Return where a member lies."""
        return _place(self._folder, name, self.number)

    def put(self, name: str, pieces: Iterator[bytes]) -> None:
        """Write a member, unless it is there from this save or an earlier one."""
        if name in self.members:
            return
        path = self.place(name)
        digest = path.stem if name.startswith("arrays/") else ""
        if digest and path.is_file():
            self.members[name] = Member(path.stat().st_size, digest)
            return
        self.members[name] = _write(path, pieces)


class _FolderMembers:
    """The members of the last save."""

    def __init__(self, folder: Path, described: Manifest) -> None:
        self._folder, self._described = folder, described

    def __contains__(self, name: object) -> bool:
        return name in self._described.members

    def open(self, name: str) -> IO[bytes]:
        """Return a member, to be read."""
        return _place(self._folder, name, self._described.number).open("rb")

    def size(self, name: str) -> int:
        """Return a member's bytes."""
        return self._described.members[name].bytes

    def check(self) -> None:
        """Refuse work of which a file is missing or another one than was written."""
        for name, member in self._described.members.items():
            digest = hashlib.sha256()
            try:
                with self.open(name) as source:
                    while block := source.read(1 << 20):
                        digest.update(block)
            except OSError as problem:
                raise GeneRAINError(f"The work on the server lacks {name}, so it can't be taken up.") from problem
            if digest.hexdigest() != member.sha256:
                raise GeneRAINError(f"The work on the server is damaged ({name}), so it can't be taken up.")


def sweep(days: float) -> int:
    """Remove work that nobody looked at for so many days, and return how much; notes on what has gone stay for 90 days."""
    now, removed = time.time(), 0
    root = settings.cache_dir() / "work"
    for folder in root.iterdir() if root.is_dir() else ():
        resting = Resting(folder)
        gone = resting.gone()
        if gone is not None and gone.when < now - _GONE_DAYS * _DAY:
            shutil.rmtree(folder, ignore_errors=True)
        elif gone is None and resting.last_seen() < now - days * _DAY and _is_old(folder, now):
            resting.delete("expired")
            removed += 1
    return removed


def _is_old(folder: Path, now: float) -> bool:
    """Say whether nothing was written into a folder lately: work that is being saved first has not been seen yet."""
    with contextlib.suppress(OSError):
        return folder.stat().st_mtime < now - 600
    return False


def _place(folder: Path, name: str, number: str) -> Path:
    if name.startswith("arrays/"):
        return folder / name
    stem, _, ending = name.rpartition(".")
    return folder / f"{stem}-{number}.{ending}"


def _write(path: Path, pieces: Iterator[bytes]) -> Member:
    """Write a file whole or not at all, and onto the disk before it has its name."""
    working = path.with_name(f"{_NEW}{secrets.token_hex(8)}")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(working, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
            out.flush()
            os.fsync(out.fileno())
        working.replace(path)
    finally:
        working.unlink(missing_ok=True)
    return Member(size, digest.hexdigest())
