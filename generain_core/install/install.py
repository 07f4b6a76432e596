"""Put released files where they belong: looked through first, each written whole or not at all, the same when done twice."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.install.manifest import NAME as LEDGER
from generain_core.install.manifest import Entry, Ledger
from generain_core.install.sources import MARK, Item, Source, look_through
from generain_core.progress import Progress, silent
from generain_core.release.files import FILES, Release
from generain_core.storage.atomic import clear_unfinished
from generain_core.storage.checksums import BLOCK, sha256_of_file
from generain_core.storage.exclusive_folder import exclusive_folder
from generain_core.text import file_size

WORK = ".installing"
SPARE = 64 << 20
"""Bytes that stay free on the disk."""


@dataclass(frozen=True)
class Installed:
    """The release after installing, the places written, those that were there already, and names that were passed over."""

    release: Release
    written: tuple[str, ...]
    kept: tuple[str, ...]
    passed_over: tuple[str, ...]


def install(sources: Sequence[Path], root: Path, *, progress: Progress | None = None) -> Installed:
    """Install archives, folders and loose files into a release folder, which is made if it is missing.

    All sources are read to their end before anything is written. A file that is there with the same content is left alone,
    so that a second run changes nothing and a run after a kill completes the first.

    Raises:
        GeneRAINError: a source is missing, damaged or unsafe, the disk is too full, the folder holds a release of the other
            kind (simulated or not), or can't be written to.
    """
    check_root(root)
    with exclusive_folder(root):
        return install_alone(sources, root, progress=progress)


def check_root(root: Path) -> None:
    """Refuse a folder that nothing may be installed into.

    Raises:
        GeneRAINError: it is a file, or the demo release inside the project.
    """
    if root.exists() and not root.is_dir():
        raise GeneRAINError(f"{root} is a file; name a folder for the release.")
    if root.resolve() == settings.DEMO_RELEASE.resolve():
        raise GeneRAINError(f"{root} is the demo release; name another folder for the real one.")


def install_alone(
    sources: Sequence[Path], root: Path, *, move: bool = False, trusted: bool = False, progress: Progress | None = None
) -> Installed:
    """Do as `install` does, for a caller that holds the folder already.

    Args:
        sources: archives, folders, loose files.
        root: the release folder.
        move: loose files are moved rather than copied; they lie on the same disk.
        trusted: the files are known to belong to what is there, simulated or not.
        progress: told the share done and words.
    """
    report: Progress = progress or silent
    shutil.rmtree(root / WORK, ignore_errors=True)
    clear_unfinished(root, LEDGER)
    meter = _Meter(report, sum(_bytes_of(path) for path in sources), 0.0, 0.5, "looking through")
    looked = [look_through(path, meter.add) for path in sources]
    items = {item.place: item for source in looked for item in source.items}
    if not trusted:
        _check_kind(root, set(items))
    kept = {item.place for item in items.values() if _is_there(root, item)}
    _check_room(root, sum(item.bytes for item in items.values() if item.place not in kept))
    ledger = Ledger.open(root)
    ledger.files |= {place: _entry(items[place]) for place in kept}
    meter = _Meter(report, sum(item.bytes for item in items.values()), 0.5, 0.5, "installing")
    written = list[str]()
    if MARK in items and MARK not in kept:  # before anything that it marks, so that a kill leaves no simulated file without it
        mark = next(source for source in looked if any(item is items[MARK] for item in source.items))
        written += _write(replace(mark, items=(items[MARK],)), root, items, kept, ledger, meter, move=False)
        kept.add(MARK)
    for source in looked:
        written += _write(source, root, items, kept, ledger, meter, move=move and source.path.is_file())
    shutil.rmtree(root / WORK, ignore_errors=True)
    ledger.write()
    over = tuple(name for source in looked for name in source.passed_over)
    return Installed(Release.open(root), tuple(written), tuple(sorted(kept - set(written))), over)


def _write(
    source: Source, root: Path, items: dict[str, Item], kept: set[str], ledger: Ledger, meter: "_Meter", *, move: bool
) -> list[str]:
    if all(item.place in kept or items[item.place] is not item for item in source.items):
        return []
    written = []
    if move and not source.is_archive:
        item = source.items[0]
        try:
            _move_in(source.path, root, root / item.place)
        except OSError as problem:
            raise _unwritten(root / item.place, problem) from problem
        ledger.files[item.place] = _entry(item)
        return [item.place]
    with source.opened() as contents:
        for item, content in contents:
            if item.place not in kept and items[item.place] is item:
                _write_one(root, item, content, meter)
                ledger.files[item.place] = _entry(item)
                written.append(item.place)
            else:
                meter.add(item.bytes)
    return written


def _write_one(root: Path, item: Item, content: IO[bytes], meter: "_Meter") -> None:
    target, working = root / item.place, root / WORK / "file"
    try:
        working.parent.mkdir(exist_ok=True)
        with working.open("wb") as out:
            while block := content.read(BLOCK):
                out.write(block)
                meter.add(len(block))
            out.flush()
            os.fsync(out.fileno())
        if sha256_of_file(working) != (item.bytes, item.sha256):
            raise GeneRAINError(f"{item.source} changed while it was installed; run the same command again.")
        _move_in(working, root, target)
    except OSError as problem:
        working.unlink(missing_ok=True)  # on a full disk, what was written of it is in the way
        raise _unwritten(target, problem) from problem


def _unwritten(target: Path, problem: OSError) -> GeneRAINError:
    return GeneRAINError(f"{target} can't be written ({problem.strerror}); see to the disk, then run this again.")


def _move_in(working: Path, root: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(root.resolve()):
        raise GeneRAINError(
            f"{target.parent} is a link that leads out of {root}; take it away, or install into the folder it leads to."
        )
    os.replace(working, target)


def _is_there(root: Path, item: Item) -> bool:
    path = root / item.place
    return path.is_file() and path.stat().st_size == item.bytes and sha256_of_file(path)[1] == item.sha256


def _entry(item: Item) -> Entry:
    return Entry(item.bytes, item.sha256, Path(item.source).name)


def _check_kind(root: Path, places: set[str]) -> None:
    """Refuse to mix simulated and real files: the mark would lie about one or the other."""
    simulated = (root / MARK).exists()
    holds_files = any((root / place).exists() for places_of in FILES.values() for place in places_of)
    if simulated and MARK not in places and places - {MARK}:
        annotation = {place for key, of in FILES.items() if key.startswith("annotation/") for place in of}
        if places <= annotation:
            return
        raise GeneRAINError(f"{root} holds a simulated release, marked by the file {MARK}; name another folder.")
    if MARK in places and holds_files and not simulated:
        raise GeneRAINError(f"{root} holds a release that is not simulated, and these files are; name another folder.")


def _check_room(root: Path, needed: int) -> None:
    free = shutil.disk_usage(root).free
    if needed and needed + SPARE > free:
        raise GeneRAINError(
            f"Installing takes {file_size(needed)} and {root} has {file_size(free)} left; make room or name another folder."
        )


def _bytes_of(path: Path) -> int:
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size if path.is_file() else 0


class _Meter:
    """Counts bytes and tells the share of a part of the whole work. Packed bytes are guessed to be half of the unpacked."""

    def __init__(self, progress: Progress, total: int, start: float, part: float, words: str) -> None:
        self.tell, self.total, self.start, self.part, self.words = progress, max(total, 1), start, part, words
        self.done, self.said = 0, 0.0

    def add(self, size: int) -> None:
        """Count bytes; tell when another per cent is done."""
        self.done += size
        share = self.start + self.part * min(self.done / self.total, 1.0)
        if share - self.said >= 0.01:
            self.said = share
            self.tell(share, f"{self.words}: {file_size(self.done)}")
