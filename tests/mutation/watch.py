"""What each test calls, written down while it runs."""

import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

import pytest


class Watch:
    """A plugin of pytest's that writes down which code of some files each test calls, by file and first line."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Watch these files."""
        self.watched = {str(path) for path in paths}
        self.calls: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.by_fixture: set[tuple[str, int]] = set()
        self.seconds: dict[str, float] = defaultdict(float)
        self.failing: set[str] = set()
        """Tests that failed or were left out: they notice nothing."""
        self.now: tuple[str, bool] = ("", False)

    def note(self, frame: FrameType, event: str, arg: object) -> None:
        """Write down a call (the function that `sys.settrace` wants)."""
        code = frame.f_code
        if code.co_filename in self.watched and self.now[0]:
            self.calls[self.now[0]].add((code.co_filename, code.co_firstlineno))
            if self.now[1]:
                self.by_fixture.add((code.co_filename, code.co_firstlineno))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        """Note what fixtures call."""
        self._watch(item.nodeid, True)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Note what the test calls."""
        self._watch(item.nodeid, False)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how long it took."""
        self.seconds[report.nodeid] += report.duration
        if not report.passed:
            self.failing.add(report.nodeid)

    def _watch(self, test: str, in_fixture: bool) -> None:
        self.now = (test, in_fixture)
        threading.settrace(self.note)
        sys.settrace(self.note)
