"""Seconds of several ways to do one thing, taken in turns, so that all meet what else the machine does."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Work = Callable[[], object]
OURS, FLOOR = "ours", "floor"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One piece of work at one size.

    Attributes:
        room: what it belongs to.
        what: the work, in words.
        size: how large, in words.
        seconds: of each turn, by way: `ours`; `floor`, what can't be gone below; the usual ways, by their names.
        floor: what the floor is; "" for none.
    """

    room: str
    what: str
    size: str
    seconds: Mapping[str, list[float]]
    floor: str = ""

    def median(self, way: str) -> float:
        """Return the middle of the seconds of one way."""
        return float(np.median(self.seconds[way]))

    def ratio(self, way: str) -> float:
        """Return how many times as long as ours another way takes: the middle over the turns that both had."""
        pairs = zip(self.seconds[way], self.seconds[OURS], strict=False)
        return float(np.median([other / own for other, own in pairs]))

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def in_turns(turns: int, ours: Work, *, floor: Work | None = None, **others: Work) -> dict[str, list[float]]:
    """Return the seconds of each way: one call unmeasured, then `turns` rounds of one of each; a slow way has fewer.

    The names of other ways are written with underscores for blanks, two for a hyphen.
    """
    ways = {OURS: ours} | ({FLOOR: floor} if floor else {})
    ways |= {name.replace("__", "-").replace("_", " "): work for name, work in others.items()}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for name, work in ways.items():
        if name in (OURS, FLOOR):
            work()
    for turn in range(turns):
        for name, work in ways.items():
            if turn and sum(seconds[name]) > 30:  # a minute of one way is enough
                continue
            start = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def repeated(work: Work, times: int) -> Work:
    """Return work that does something so short several times over; all ways have to be repeated alike."""

    def again() -> None:
        for _ in range(times):
            work()

    return again
