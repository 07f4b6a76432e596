"""Faults that change no answer: no test can notice them, each for a reason that a person wrote down."""

from functools import cache
from pathlib import Path

from tests.mutation.faults import Fault

LISTED = Path(__file__).with_name("equivalent.txt")


@cache
def listed() -> dict[tuple[str, str, str], str]:
    """Return the reason of each: by file, what stood there, and what stands there instead."""
    lines = [line for line in LISTED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    rows = [line.split("\t") for line in lines]
    return {(file, before, after): reason for file, before, after, reason in rows}


def is_equivalent(path: Path, fault: Fault) -> bool:
    """Say whether a fault is listed as one that changes no answer."""
    return (path.as_posix().partition("generain_core/")[2], fault.before, fault.after) in listed()
