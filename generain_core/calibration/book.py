"""Run the book: all designs, in several processes, going on where it stopped, and write its table."""

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from generain_core.calibration.bench import Design
from generain_core.calibration.designs.registry import all_designs
from generain_core.calibration.entries import entries
from generain_core.calibration.page import page
from generain_core.calibration.parts import Kept, Part, Surroundings, parts_of, run_part
from generain_core.calibration.simulation.real import read_real
from generain_core.errors import GeneRAINError
from generain_core.generain import GeneRAIN
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.release.provenance import csv_bytes, provenance
from generain_core.storage.atomic import atomic_write
from generain_core.storage.exclusive_folder import exclusive_folder
from generain_core.version import __version__

TABLE, PAGE = "calibration.csv", "calibration.md"
Size = Literal["full", "quick"]
_WAIT = 0.5
_SAVED_EACH = 60.0


@dataclass(frozen=True, kw_only=True)
class Book:
    """What is simulated.

    Attributes:
        size: ``full``, or ``quick``: fewer experiments of each design.
        families: only designs of these families; () for all.
        trials: experiments of each design instead of those of the size; 0 for these.
        model: which model embeds samples; '' for none.
        table: real samples, whose residuals are used too; '' for none.
        sheet: what is known of them.
        sheet_column: the column of the sheet that names them, where several could; '' where it is found out.
        by: the column of the sheet that says which are alike.
    """

    size: Size = "full"
    families: tuple[str, ...] = ()
    trials: int = 0
    model: str = ""
    table: str = ""
    sheet: str = ""
    sheet_column: str = ""
    by: str = ""


@dataclass(frozen=True, eq=False)
class Calibration:
    """A finished book: its table, where that was written, and in how many seconds of this run."""

    table: pd.DataFrame
    path: Path
    seconds: float

    @property
    def not_held(self) -> pd.DataFrame:
        """Return the rows whose numbers do not hold what they claim."""
        return self.table[self.table["holds"] == "no"]


def calibrate(folder: Path, release: Release, book: Book, *, processes: int = 0, progress: Progress = silent) -> Calibration:
    """Simulate all designs, and write ``calibration.csv`` and ``calibration.md`` into a folder.

    What is finished is kept in the folder, so that a run that was stopped, by whatever, goes on there; the same book comes to
    the same table however often it was stopped and in however many processes it ran. Meanwhile the table of what is finished so
    far is written each minute.

    Args:
        folder: made if it is missing.
        release: whose genes, gene sets, attributes and models are used.
        book: what is simulated.
        processes: how many at once; 0 for as many as there are processors, and for one, this process itself is used.
        progress: told the share done, and words with the time left; what it raises stops the work.

    Raises:
        GeneRAINError: the folder holds another book, or is in use, there is no such family, or the real samples can't be used.
    """
    start = time.monotonic()
    designs = designs_of(book)
    if book.table:  # faults of the table are told now, not by the first part that uses it
        read_real(GeneRAIN(release), book.table, book.sheet, book.by, book.sheet_column)
    trials = {each.name: book.trials or (each.quick if book.size == "quick" else each.trials) for each in designs}
    about = {"version": __version__, "release": release.fingerprint, "size": book.size, "trials": book.trials}
    about |= {"model": book.model, "table": Path(book.table).name, "sheet": Path(book.sheet).name, "by": book.by}
    about |= {"sheet column": book.sheet_column} if book.sheet_column else {}
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive_folder(folder):
        kept = Kept(folder, about)
        parts = parts_of(designs, trials)
        where = Surroundings(str(release.root), book.model, book.table, book.sheet, book.by, book.sheet_column)
        words = provenance(release, "calibration book, simulated designs", book.size, *([book.model] if book.model else []))
        seconds = {each.name: each.seconds for each in designs}
        save = _each_minute(lambda: _write(folder, _table(designs, parts, kept), words, designs))
        _run(parts, seconds, kept, where, processes or os.cpu_count() or 1, progress, save)
        table = _table(designs, parts, kept)
        _write(folder, table, words, designs)
    return Calibration(table, folder / TABLE, time.monotonic() - start)


def designs_of(book: Book) -> list[Design]:
    """Return the designs of a book: those of its families that what is at hand suffices for.

    Raises:
        GeneRAINError: there is no such family, or nothing is left.
    """
    designs = list(all_designs().values())
    known = list(dict.fromkeys(design.family for design in designs))
    unknown = [family for family in book.families if family not in known]
    if unknown:
        raise GeneRAINError(f"There is no family of designs {unknown[0][:60]!r}; there are {', '.join(known)}.")
    there = {"": True, "model": bool(book.model), "real": bool(book.table)}
    chosen = [each for each in designs if there[each.needs] and (not book.families or each.family in book.families)]
    if not chosen:
        raise GeneRAINError("None of these designs can be simulated: they need a model, or real samples.")
    return chosen


def _table(designs: Sequence[Design], parts: Sequence[Part], kept: Kept) -> pd.DataFrame:
    by_design: dict[str, list[Part]] = {each.name: [] for each in designs}
    for part in parts:
        by_design[part.design].append(part)
    return entries({(each.family, each.name): kept.sums_of(by_design[each.name]) for each in designs})


def _write(folder: Path, table: pd.DataFrame, words: str, designs: Sequence[Design]) -> None:
    told = set(table["design"])
    missing = [each for each in designs if each.name not in told]
    with atomic_write(folder / TABLE) as working:
        working.write_bytes(csv_bytes(table, words))
    with atomic_write(folder / PAGE) as working:
        working.write_text(page(table, words, missing), encoding="utf-8")


def _each_minute(save: Callable[[], None]) -> Callable[[], None]:
    last = time.monotonic()

    def now_and_then() -> None:
        nonlocal last
        if time.monotonic() - last > _SAVED_EACH:
            last = time.monotonic()
            save()

    return now_and_then


def _run(
    parts: Sequence[Part],
    seconds: dict[str, float],
    kept: Kept,
    where: Surroundings,
    processes: int,
    progress: Progress,
    save: Callable[[], None],
) -> None:
    """Run the parts that are not kept yet, the first of all designs first, and keep each when it is finished."""
    costs = {part: seconds[part.design] * (part.stop - part.start) for part in parts}
    waiting = sorted((part for part in parts if part not in kept.results), key=lambda part: part.start * seconds[part.design])
    told = _Told(sum(costs.values()), sum(costs[part] for part in parts if part in kept.results), progress)
    told.tell("")
    plain = (where.release, where.model, where.table, where.sheet, where.by, where.sheet_column)
    if processes == 1:
        for part in waiting:
            kept.add(part, run_part(part.design, part.start, part.stop, plain, lambda share, words: told.tell(words)))
            told.add(costs[part], part.design)
            save()
        return
    from generain_core import workers

    stop = threading.Event()

    def work(part: Part) -> list[Any]:
        def still(share: float, words: str) -> None:
            if stop.is_set():
                raise _Stopped

        call = (part.design, part.start, part.stop, plain)
        result: list[Any] = workers.run(run_part, *call, subject=part.design, progress=still)
        return result

    finished: queue.SimpleQueue[Future[list[Any]]] = queue.SimpleQueue()
    with _one_thread_each(), ThreadPoolExecutor(processes, thread_name_prefix="calibration") as threads:
        running: dict[Future[list[Any]], Part] = {}
        try:
            for part in waiting:
                future = threads.submit(work, part)
                running[future] = part
                future.add_done_callback(finished.put)
            while running:
                told.tell("")
                with contextlib.suppress(queue.Empty):
                    future = finished.get(timeout=_WAIT)
                    part = running.pop(future)
                    kept.add(part, future.result())
                    told.add(costs[part], part.design)
                    save()
        finally:
            stop.set()
            for future in running:
                future.cancel()


class _Stopped(GeneRAINError):
    """The work was stopped, and whoever waits for it knows why."""


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let the libraries of child processes that begin now use one thread each: there is a process for every processor."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Told:
    """Tells the share done and the time left: by what parts were said to cost, and how long those of this run took."""

    def __init__(self, total: float, finished: float, progress: Progress) -> None:
        self._total, self._before, self._finished = max(total, 1e-9), finished, finished
        self._progress, self._start, self._words = progress, time.monotonic(), ""

    def add(self, cost: float, words: str) -> None:
        self._finished += cost
        self.tell(words)

    def tell(self, words: str) -> None:
        self._words = words or self._words
        new, passed = self._finished - self._before, time.monotonic() - self._start
        left = ""
        if new > 0:
            minutes = passed / new * (self._total - self._finished) / 60
            left = f"about {minutes:.0f} min left" if minutes >= 1 else "less than a minute left"
        self._progress(min(1.0, self._finished / self._total), "; ".join(each for each in (self._words, left) if each))
