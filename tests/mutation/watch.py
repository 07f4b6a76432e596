"""What each test calls, written down while it runs."""

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.mutation.in_place import change_code

_NAME = "_note_call"


class Watch:
    """A plugin of pytest's that writes down which functions of some files each test calls, by file and first line.

    The functions are given a first statement that says so: nothing else is slowed.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Watch these files."""
        self.calls: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.by_fixture: set[tuple[str, int]] = set()
        self.seconds: dict[str, float] = defaultdict(float)
        self.failing: set[str] = set()
        """Tests that failed or were left out: they notice nothing."""
        self.now: tuple[str, bool] = ("", False)
        setattr(builtins, _NAME, self.note)
        for path in paths:
            change_code(path, _telling(path))

    def note(self, path: str, line: int) -> None:
        """Write down a call."""
        self.calls[self.now[0]].add((path, line))
        if self.now[1]:
            self.by_fixture.add((path, line))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        """Note what fixtures call."""
        self.now = (item.nodeid, True)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Note what the test calls."""
        self.now = (item.nodeid, False)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how long it took."""
        self.seconds[report.nodeid] += report.duration
        if not report.passed:
            self.failing.add(report.nodeid)


def _telling(path: Path) -> ast.Module:
    """Return a module's tree in which every function first says that it is called."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = ast.Constant(str(path)), ast.Constant(node.lineno)
            call = ast.Expr(ast.Call(ast.Name(_NAME, ast.Load()), list(first), []))
            node.body.insert(0, ast.copy_location(call, node.body[0]))
    return ast.fix_missing_locations(tree)
