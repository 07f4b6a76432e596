"""Run ``python -m tests.mutation ROOM [--sample 60] [--seed 0] [--workers 2]``: how many faults do the tests of a room notice?

Each fault lives in a child process alone: an import hook gives the module with the fault in place of the one on disk, so that
no file is touched and runs can go side by side. POSIX only, for children are forked from a process that has the libraries open.
"""

import argparse
import os
import random
import signal
import sys
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from tests.mutation.faults import Fault, faults_of, with_fault
from tests.mutation.rooms import ROOMS

PROJECT = Path(__file__).resolve().parents[2]


class Faulty(MetaPathFinder, Loader):
    """An import hook that gives one module with a fault in it."""

    def __init__(self, module: str, path: Path, fault: Fault | None) -> None:
        """Take the module's dotted name, its file, and the fault, or None for the module as it is."""
        self.module, self.path, self.fault = module, path, fault

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Answer for this module alone."""
        return ModuleSpec(name, self, origin=str(self.path)) if name == self.module else None

    def exec_module(self, module: Any) -> None:
        """Execute the changed tree."""
        source = self.path.read_text(encoding="utf-8")
        module.__file__ = str(self.path)
        tree = with_fault(source, self.fault) if self.fault else source
        exec(compile(tree, str(self.path), "exec"), module.__dict__)  # noqa: S102  # the project's own code, changed by this program


def run_tests(path: Path, fault: Fault | None, tests: tuple[str, ...], seconds: int) -> int:
    """Run tests in a child process with a fault in place; return pytest's exit status, or 124 where the time is up."""
    child = os.fork()
    if child == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        signal.alarm(seconds)
        import pytest

        name = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        sys.meta_path.insert(0, Faulty(name, path, fault))
        status = pytest.main(
            ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-m", "not browser", *tests]
        )
        os._exit(int(status))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 124


def main() -> None:
    """Draw faults, run the tests on each, and print those that nothing noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="+", choices=[*ROOMS, "all"], metavar="ROOM")
    parser.add_argument("--sample", type=int, default=60, help="faults a room, drawn at random; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=240, help="a run that takes longer has noticed")
    args = parser.parse_args()
    os.chdir(PROJECT)
    for library in ("numpy", "pandas", "scipy.stats", "torch", "anndata", "pyarrow"):
        __import__(library)
    for room in ROOMS if "all" in args.rooms else args.rooms:
        report(room, args.sample, args.seed, args.seconds)


def report(room: str, sample: int, seed: int, seconds: int) -> None:
    """Print the share of faults noticed in a room, and each that was not."""
    patterns, tests = ROOMS[room]
    paths = sorted(
        path for pattern in patterns for path in (PROJECT / "generain_core").glob(pattern) if path.name != "__init__.py"
    )
    faults = [(path, fault) for path in paths for fault in faults_of(path.read_text(encoding="utf-8"))]
    if run_tests(paths[0], None, tests, seconds) != 0:
        sys.exit(f"{room}: the tests do not pass on the code as it is")
    drawn = random.Random(seed).sample(faults, min(sample or len(faults), len(faults)))
    alive, start = [], time.monotonic()
    for path, fault in sorted(drawn, key=lambda each: (str(each[0]), each[1].line)):
        if run_tests(path, fault, tests, seconds) == 0:
            alive.append((path, fault))
            print(f"alive {path.relative_to(PROJECT)}:{fault.line}: {fault.before}  ->  {fault.after}", flush=True)
    noticed = len(drawn) - len(alive)
    print(f"{room}: {noticed} of {len(drawn)} faults noticed ({noticed / len(drawn):.0%}; {len(faults)} there are), "
          f"{time.monotonic() - start:.0f} s", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
