"""Faults that change no answer: no test can notice them, each for a reason that a person wrote down."""

from functools import cache
from pathlib import Path

from tests.mutation.faults import Fault

LISTED = Path(__file__).with_name("equivalent.txt")


@cache
def listed() -> dict[tuple[str, str, str, str], str]:
    """Return the reason of each: by file, text of the line, what stood there, and what stands there instead."""
    lines = [line for line in LISTED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {(file, line, before, after): reason for file, line, before, after, reason in (row.split("\t") for row in lines)}


def is_equivalent(path: Path, fault: Fault) -> bool:
    """Say whether a fault is listed as one that changes no answer."""
    line = path.read_text(encoding="utf-8").splitlines()[fault.line - 1].strip()
    return (path.as_posix().partition("generain_core/")[2], line, fault.before, fault.after) in listed()
