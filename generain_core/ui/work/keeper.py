"""Writes work to the disk beside the pages: of each session the latest, one after another."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generain_core import settings
from generain_core.errors import GeneRAINError

if TYPE_CHECKING:  # they need pandas and anndata, which Home can do without
    from generain_core.work.resting import Resting

log = logging.getLogger(__name__)
SETTLE_SECONDS = 1.0
_SWEEP_SECONDS = 1800.0


@dataclass(frozen=True, eq=False)
class _Save:
    place: Resting
    write: Callable[[Resting], None]
    due: float


class Keeper:
    """Saves the latest of each session's work, a moment after its last change; what is waiting is saved when the process ends."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[Resting, _Save] = {}
        self._problems: dict[Resting, str] = {}
        self._writing = threading.Lock()
        threading.Thread(target=self._work, name="work at rest", daemon=True).start()
        threading.Thread(target=_sweep_now_and_then, name="work that has gone", daemon=True).start()
        atexit.register(self.flush)

    def put(self, place: Resting, write: Callable[[Resting], None]) -> None:
        """Have work saved soon, in place of what waits for the same place."""
        with self._changed:
            self._waiting[place] = _Save(place, write, time.monotonic() + SETTLE_SECONDS)
            self._changed.notify_all()

    def problem(self, place: Resting) -> str:
        """Return why the last save came to nothing; '' if it did not."""
        return self._problems.get(place, "")

    def drop(self, place: Resting) -> None:
        """Forget what waits, and delete what rests there."""
        with self._changed:
            self._waiting.pop(place, None)
        with self._writing:
            place.delete()

    def flush(self) -> None:
        """Save at once all that waits."""
        with self._changed:
            waiting, self._waiting = list(self._waiting.values()), {}
        for each in waiting:
            self._write(each)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                first = min(self._waiting.values(), key=lambda each: each.due)
                left = first.due - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                del self._waiting[first.place]
            self._write(first)
            del first

    def _write(self, save: _Save) -> None:
        with self._writing:
            try:
                save.write(save.place)
            except GeneRAINError as problem:
                log.warning("work was not kept: %s", problem)
                self._problems[save.place] = str(problem)
            else:
                self._problems.pop(save.place, None)


def _sweep_now_and_then() -> None:
    from generain_core.work.resting import sweep

    while True:
        sweep(settings.kept_work_days(is_local=True))
        time.sleep(_SWEEP_SECONDS)
