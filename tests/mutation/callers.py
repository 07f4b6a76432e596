"""Which tests call which function: a fault is held against these alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.in_place import functions

Code = tuple[str, int]
"""A function, by its file and first line."""


@dataclass(frozen=True)
class Callers:
    """The tests of a room: how long each takes, and what it calls."""

    seconds: dict[str, float]
    calls: dict[str, set[Code]]
    by_fixture: set[Code]
    """Code that a fixture calls: all tests of the file may rest on it."""

    def of(self, path: Path, line: int, seconds: float) -> list[str]:
        """Return the tests that call the function around a line, the quickest first, up to so many seconds in all."""
        first, last = _around(path, line)
        called = {(str(path), each) for each in range(first, last + 1)}
        tests = {test for test, calls in self.calls.items() if calls & called}
        if called & self.by_fixture:
            files = {test.partition("::")[0] for test in tests}
            tests |= {test for test in self.seconds if test.partition("::")[0] in files}
        selected: list[str] = []
        for test in sorted(tests, key=lambda test: self.seconds[test]):
            if selected and self.duration([*selected, test]) > seconds:
                break
            selected.append(test)
        return selected

    def duration(self, tests: Sequence[str]) -> float:
        """Return the seconds that tests take in all."""
        return sum(self.seconds[test] for test in tests)


def read(path: Path) -> Callers:
    """Read what a watched run wrote down."""
    seconds, calls, by_fixture = json.loads(path.read_text(encoding="utf-8"))
    return Callers(seconds, {test: {(p, n) for p, n in each} for test, each in calls.items()}, {(p, n) for p, n in by_fixture})


def _around(path: Path, line: int) -> tuple[int, int]:
    spans = [span for span in functions(path) if span[0] <= line <= span[1]]
    return max(spans) if spans else (1, len(path.read_text(encoding="utf-8").splitlines()))
