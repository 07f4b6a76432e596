"""Fetch one file: go on where an earlier attempt ended, check its md5, and give it its name only when it is whole."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.install import remote
from generain_core.install.record import RecordFile
from generain_core.storage.atomic import explain_full_disk
from generain_core.storage.checksums import md5_of_file

BLOCK = 1 << 20
ATTEMPTS = 60
"""Attempts for one file in all, however far each came."""
Progress = Callable[[int], None]


def fetch(
    file: RecordFile,
    folder: Path,
    *,
    told: Progress = lambda done: None,
    pause: Callable[[float], None] = time.sleep,
    patience: float = remote.PATIENCE,
) -> Path:
    """Return the path of the file in `folder`, fetched unless it is there and whole.

    What has come is kept under a name that holds the md5 it should have, so that it is never mixed with another version.

    Args:
        file: what to fetch.
        folder: where to; it is there.
        told: called with the number of bytes at hand; what it raises stops the work, and what has come is kept.
        pause: waits so many seconds.
        patience: seconds that the server may be silent.

    Raises:
        GeneRAINError: the file is not to be had, or comes damaged every time.
    """
    target, part = folder / file.name, folder / f".{file.name}.{file.md5[:12] or 'unchecked'}.part"
    if target.is_file() and problem_with(target, file) is None:
        told(target.stat().st_size)
        return target
    failures, damaged, furthest = 0, 0, _size(part)
    for _ in range(ATTEMPTS):
        try:
            with explain_full_disk(part):
                _receive(file, part, told, patience)
        except remote.Interrupted as problem:
            failures = 1 if _size(part) > furthest else failures + 1
            furthest = max(furthest, _size(part))
            if isinstance(problem, remote.Unsatisfiable):
                part.unlink(missing_ok=True)
            if failures >= remote.TRIES:
                raise GeneRAINError(
                    f"{file.name} could not be fetched: {problem}, {failures} times in a row without anything new; "
                    "run the same command again, it goes on where it stopped."
                ) from problem
            pause(remote.pause_after(failures, problem.after))
            continue
        wrong = problem_with(part, file)
        if wrong is None:
            _sync(part)
            os.replace(part, target)
            return target
        part.unlink()
        furthest, damaged = 0, damaged + 1
        if damaged == 2:
            raise GeneRAINError(f"{file.name} came damaged twice: {wrong}; try again later, or name a mirror or a folder.")
    raise GeneRAINError(f"{file.name} could not be fetched in {ATTEMPTS} attempts; try again later, or name a mirror.")


def problem_with(path: Path, file: RecordFile) -> str | None:
    """Return what is wrong with a file that should be as the record says; None if nothing is."""
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        return f"it has {size:,} bytes, not {file.size:,}"
    md5 = md5_of_file(path) if file.md5 else ""
    return f"its md5 is {md5}, not {file.md5}" if md5 != file.md5 else None


def _receive(file: RecordFile, part: Path, told: Progress, patience: float) -> None:
    """Bring `part` nearer to the whole file, from where it ends."""
    at_hand = _size(part)
    if file.size is not None and at_hand >= file.size:
        return
    opened = remote.open_at(file.source, at_hand, patience)
    with opened.stream as stream, part.open("r+b" if part.exists() else "w+b") as out:
        if opened.total is not None and file.size is not None and opened.total != file.size:
            raise remote.Interrupted(f"the server offers {opened.total:,} bytes where the record says {file.size:,}")
        most = file.size if file.size is not None else opened.total
        out.truncate(out.seek(opened.start))
        while some := remote.read_some(stream, BLOCK):
            out.write(some)
            told(out.tell())
            if most is not None and out.tell() > most:
                out.truncate(0)
                raise remote.Interrupted(f"the server sends more than the {most:,} bytes that the record says")
    if most is not None and _size(part) < most:
        raise remote.Interrupted(f"the connection ended after {_size(part):,} of {most:,} bytes")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sync(path: Path) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())
