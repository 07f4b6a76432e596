"""Runs of a room's tests: they are collected once, and each run with a fault is a child of the process that collected them."""

import ast
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.main import pytest_runtestloop as run_collected

from tests.mutation.faults import Fault, with_fault
from tests.mutation.in_place import put_in_place
from tests.mutation.watch import Watch

PROJECT = Path(__file__).resolve().parents[2]
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-m", "not browser")
BROKEN = 70
"""Exit status of a run that failed outside of its tests."""
WAIT = 10
"""Seconds on the clock for a second of computing: others may be computing beside this."""


class Faulty(MetaPathFinder, Loader):
    """An import hook that gives one module with a fault in it."""

    def __init__(self, path: Path, changed: str | ast.Module) -> None:
        """Take the module's file and its text or tree with the fault."""
        self.path, self.changed = path, changed
        self.module = ".".join(path.relative_to(PROJECT).with_suffix("").parts)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Answer for this module alone."""
        return ModuleSpec(name, self, origin=str(self.path)) if name == self.module else None

    def exec_module(self, module: ModuleType) -> None:
        """Execute the changed tree."""
        module.__file__ = str(self.path)
        exec(compile(self.changed, str(self.path), "exec"), module.__dict__)  # noqa: S102  # the project's own code, changed by this program


def in_child(work: Callable[[], int], seconds: float | None = None) -> int:
    """Return the exit status of work done in a child process that prints nothing, or 124 where its time is up."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
            signal.alarm(WAIT * int(seconds))
        try:
            os._exit(work())
        finally:
            os._exit(BROKEN)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 124


class Collected:
    """A plugin of pytest's that does something else with the tests than run them."""

    def __init__(self, work: Callable[[pytest.Session], None]) -> None:
        """Take what is done with the session once its tests are collected."""
        self.work = work

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do it."""
        self.work(session)
        return True


def with_tests(tests: Sequence[str], work: Callable[[pytest.Session], None]) -> None:
    """Collect tests in a child process, silently, and work with them there."""
    pytest.main([*OPTIONS, "--capture=no", "--no-header", "--no-summary", *tests], plugins=[Collected(work)])


def watched(session: pytest.Session, paths: Sequence[Path], out: Path) -> None:
    """Run all tests once, and write down what each of those that pass calls in some files."""

    def run() -> int:
        watch = Watch(paths)
        session.config.pluginmanager.register(watch)
        session.config.option.maxfail = 0
        status = run_all(session)
        seconds = {test: each for test, each in watch.seconds.items() if test not in watch.failing}
        calls = {test: sorted(each) for test, each in watch.calls.items() if test in seconds}
        out.write_text(json.dumps([seconds, calls, sorted(watch.by_fixture)]), encoding="utf-8")
        return status

    in_child(run)


def with_changed_code(session: pytest.Session, path: Path, fault: Fault, tests: Sequence[str], seconds: float) -> int:
    """Run some of the collected tests with a fault in the code of a function; return their exit status."""

    def run() -> int:
        put_in_place(path, fault)
        place = {test: number for number, test in enumerate(tests)}
        session.items = sorted((item for item in session.items if item.nodeid in place), key=lambda item: place[item.nodeid])
        return run_all(session)

    return in_child(run, seconds)


def with_changed_module(path: Path, fault: Fault, tests: Sequence[str], seconds: float) -> int:
    """Collect and run some tests with a fault in what a module does when it is imported; return pytest's exit status."""

    def run() -> int:
        sys.meta_path.insert(0, Faulty(path, with_fault(path.read_text(encoding="utf-8"), fault)))
        return int(pytest.main([*OPTIONS, *tests]))

    return in_child(run, seconds)


def run_all(session: pytest.Session) -> int:
    """Run the collected tests, and return the exit status."""
    try:
        run_collected(session)
    except (session.Failed, session.Interrupted):
        return 1
    return 1 if session.testsfailed else 0
