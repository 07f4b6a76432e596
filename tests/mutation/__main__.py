"""Run ``python -m tests.mutation ROOM [--sample 60] [--seed 0]``: how many faults do the tests of a room notice?

Each fault lives in a child process alone, and no file is touched. The tests of a room run once to see which of them call which
function; each fault is then held against the tests that call the function it is in, the quickest first. POSIX only, for children
are forked from a process that has everything open. Faults that change no answer are listed, with the reason, in `equivalent.txt`.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutation import callers
from tests.mutation.equivalent import is_equivalent
from tests.mutation.faults import Fault, faults_of
from tests.mutation.in_place import body_of
from tests.mutation.rooms import ROOMS
from tests.mutation.runs import PROJECT, watched, with_changed_code, with_changed_module, with_tests

CORE = PROJECT / "generain_core"
Placed = tuple[Path, Fault]


def main() -> None:
    """Draw faults, run the tests on each, and print those that nothing noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="+", choices=[*ROOMS, "all"], metavar="ROOM")
    parser.add_argument("--sample", type=int, default=60, help="faults a room, drawn at random; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=60, help="tests that take more in all are left out, the slowest first")
    parser.add_argument("--only", nargs="*", default=[], metavar="FILE:LINE", help="faults in these lines alone")
    parser.add_argument("--keep", type=Path, help="folder that holds, from run to run, which test calls what")
    args = parser.parse_args()
    os.chdir(PROJECT)
    for library in ("numpy", "pandas", "scipy.stats", "torch", "anndata", "pyarrow", "hypothesis"):
        __import__(library)
    for room in ROOMS if "all" in args.rooms else args.rooms:
        report(room, args.sample, args.seed, args.seconds, args.only, args.keep)


def report(room: str, sample: int, seed: int, seconds: float, only: Sequence[str], keep: Path | None) -> None:
    """Print the share of faults noticed in a room, and each that was not."""
    start = time.monotonic()
    patterns, tests = ROOMS[room]
    paths = sorted({path for pattern in patterns for path in CORE.glob(pattern) if path.name != "__init__.py"})
    faults = [(path, fault) for path in paths for fault in faults_of(path.read_text(encoding="utf-8"))]
    drawn = random.Random(seed).sample(faults, min(sample or len(faults), len(faults)))
    if only:
        drawn = [each for each in faults if f"{each[0].relative_to(PROJECT)}:{each[1].line}" in only]
    drawn = sorted((each for each in drawn if not is_equivalent(*each)), key=lambda each: (str(each[0]), each[1].line))
    with tempfile.TemporaryDirectory() as folder:
        noticed = _noticed(room, drawn, paths, tests, seconds, keep or Path(folder))
    print(f"{room}: {noticed} of {len(drawn)} faults noticed ({noticed / max(len(drawn), 1):.0%}; {len(faults)} there are), "
          f"{time.monotonic() - start:.0f} s", flush=True)  # fmt: skip


def _noticed(
    room: str, drawn: Sequence[Placed], paths: Sequence[Path], tests: Sequence[str], seconds: float, folder: Path
) -> int:
    calls, results = folder / f"{room}.json", folder / f"{room}.results"
    results.write_text("", encoding="utf-8")

    def work(session: pytest.Session) -> None:
        if not calls.exists():
            watched(session, paths, calls)
        known = callers.read(calls)
        print(f"{room}: {len(known.seconds)} tests, {sum(known.seconds.values()):.0f} s", flush=True)
        for path, fault in drawn:
            if body_of(path, fault.line):
                selected = known.of(path, fault.line, seconds)
                limit = 15 + known.duration(selected)
                status = with_changed_code(session, path, fault, selected, limit) if selected else 0
                _note(path, fault, status, bool(selected), results)

    pid = os.fork()
    if pid == 0:
        with_tests(tests, work)
        os._exit(0)
    os.waitpid(pid, 0)
    if not calls.exists():
        sys.exit(f"{room}: the tests could not be run")
    known = callers.read(calls)
    for path, fault in drawn:
        if not body_of(path, fault.line):
            selected = known.of(path, fault.line, seconds)
            _note(path, fault, with_changed_module(path, fault, selected, 30 + known.duration(selected)), True, results)
    return results.read_text(encoding="utf-8").count("noticed")


def _note(path: Path, fault: Fault, status: int, called: bool, results: Path) -> None:
    named = f"{path.relative_to(PROJECT)}:{fault.line}: {fault.before}  ->  {fault.after}"
    if status == 0:
        print(f"alive {named}" + ("" if called else "  [no test calls it]"), flush=True)
    elif status != 1:
        print(f"ended with {status} {named}", flush=True)
    with results.open("a", encoding="utf-8") as file:
        file.write("alive\n" if status == 0 else "noticed\n")


if __name__ == "__main__":
    main()
