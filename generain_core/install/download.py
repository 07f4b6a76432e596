"""From a record to a release on disk: fetch what is wanted, then install it."""

import re
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.install import remote
from generain_core.install.fetch import fetch
from generain_core.install.install import SPARE, Installed, check_root, install_alone
from generain_core.install.manifest import Ledger
from generain_core.install.record import Record, RecordFile
from generain_core.progress import Progress, part, silent
from generain_core.release.files import FILES
from generain_core.release.readers.annotation import read_hgnc
from generain_core.storage.exclusive_folder import exclusive_folder
from generain_core.text import file_size

FOLDER = ".downloads"


def download(
    record: Record,
    wanted: Sequence[str],
    root: Path,
    *,
    hgnc: str | None = None,
    keep: bool = False,
    progress: Progress | None = None,
    pause: Callable[[float], None] = time.sleep,
    patience: float = remote.PATIENCE,
) -> Installed:
    """Fetch files of a record and install them; run again after any stop, it goes on where it was.

    Args:
        record: as `read_record` gives it; nothing else is contacted.
        wanted: names of its files, or ``essential``, ``training``, ``all``.
        root: the release folder.
        hgnc: address or path of HGNC's complete set, to be installed as annotation too.
        keep: keep what was fetched (in ``.downloads``) after it is installed.
        progress: told the share done, and the rate and the time left in words.
        pause: waits so many seconds.
        patience: seconds that a server may be silent.

    Raises:
        GeneRAINError: a file is not to be had, comes damaged, is no released file, or the disk is too full.
    """
    check_root(root)
    report: Progress = progress or silent
    files = record.choose(list(wanted))
    with exclusive_folder(root):
        folder = root / FOLDER
        try:
            folder.mkdir(exist_ok=True)
        except OSError as problem:
            raise GeneRAINError(f"{folder} can't be made ({problem.strerror}); take away what is there.") from problem
        ledger = Ledger.open(root)
        files = [file for file in files if not is_installed(ledger, file)]
        if hgnc is not None:
            files.append(RecordFile(Path(FILES["annotation/hgnc"][0]).name, None, "", hgnc))
        _check_room(folder, files)
        meter = Meter(report, sum(file.size or 0 for file in files))
        fetched = []
        for file in files:
            fetched.append(fetch(file, folder, told=meter.of(file), pause=pause, patience=patience))
            meter.finished(file)
        if hgnc is not None:
            _check_hgnc(fetched[-1])
        same = bool(ledger.record) and set(ledger.record.values()) <= {file.md5 for file in record.files}
        done = install_alone(fetched, root, move=not keep, trusted=same, progress=part(report, 0.9, 0.1))
        ledger = Ledger.open(root)
        ledger.record |= {file.name: file.md5 for file in files if file.md5}
        ledger.write()
        _tidy(folder, () if keep else fetched)
    return done


def is_installed(ledger: Ledger, file: RecordFile) -> bool:
    """Say whether a file of the record was installed whole: noted by its md5, and all that came of it has the size it had."""
    own = {path: entry for path, entry in ledger.files.items() if entry.source == file.name}
    if file.md5 and ledger.record.get(file.name) == file.md5 and own:
        return all((ledger.root / p).is_file() and (ledger.root / p).stat().st_size == e.bytes for p, e in own.items())
    return False


def _tidy(folder: Path, fetched: Sequence[Path]) -> None:
    """Remove what was installed. Parts of files that were not asked for this time stay, to be gone on with."""
    for path in fetched:
        path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _check_room(folder: Path, wanted: list[RecordFile]) -> None:
    """Refuse when the disk can't hold the files and what is unpacked from them, guessed as twice an archive's size."""
    missing = 0
    for file in wanted:
        size = file.size or 0
        missing += (3 if file.is_packed else 1) * size
        missing -= parts_of(folder, file)
    free = shutil.disk_usage(folder).free
    if missing + SPARE > free:
        raise GeneRAINError(
            f"This takes about {file_size(missing)} and {folder.parent} has {file_size(free)} left; "
            "make room, or name another folder."
        )


def parts_of(folder: Path, file: RecordFile) -> int:
    """Return how many bytes of a file came in earlier attempts."""
    return sum(part.stat().st_size for part in folder.glob(f".{_glob(file.name)}.*.part"))


def _glob(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def _check_hgnc(path: Path) -> None:
    try:
        rows = len(read_hgnc(path))
    except GeneRAINError as problem:
        path.unlink()
        raise GeneRAINError(f"What was fetched as HGNC's complete set is none: {problem}") from problem
    if not rows:
        raise GeneRAINError("What was fetched as HGNC's complete set names no gene; give another address.")


class Meter:
    """Turns bytes at hand into a share, a rate over the last seconds, and the time left."""

    def __init__(self, progress: Progress, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.tell, self.total, self.clock = progress, max(total, 1), clock
        self.before, self.said = 0, -1.0
        self.marks: list[tuple[float, int]] = []

    def of(self, file: RecordFile) -> Callable[[int], None]:
        """Return what is to be told the bytes at hand of one file."""

        def told(done: int) -> None:
            now = self.clock()
            if self.marks and done + self.before < self.marks[-1][1]:
                self.marks.clear()
            self.marks = [mark for mark in self.marks if now - mark[0] < 15] + [(now, self.before + done)]
            if now - self.said >= 0.5:
                self.said = now
                share = min((self.before + done) / self.total, 1.0)
                size = f" of {file_size(file.size)}" if file.size else ""
                self.tell(0.9 * share, f"{file.name}: {file_size(done)}{size}{self._pace(done)}")

        return told

    def finished(self, file: RecordFile) -> None:
        """Count a file as done."""
        self.before += file.size or 0

    def _pace(self, done: int) -> str:
        (first, bytes_then), (last, _) = self.marks[0], self.marks[-1]
        if last - first < 1:
            return ""
        rate = (self.before + done - bytes_then) / (last - first)
        left = (self.total - self.before - done) / rate if rate > 0 else 0
        words = f", {left:.0f} s left" if left < 90 else f", {left / 60:.0f} min left"
        return f", {file_size(rate)}/s{words if rate > 0 else ''}"
