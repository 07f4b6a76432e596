"""What the tests of child processes have a child do."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from generain_core.errors import GeneError, GeneRAINError


@dataclass(frozen=True)
class Record:
    """A record with an array."""

    values: np.ndarray
    table: pd.DataFrame


class Kind(StrEnum):
    """A kind."""

    ONE = "one"


def double(number: float) -> float:
    return 2 * number


def process_id() -> int:
    return os.getpid()


def report(steps: int, progress: Callable[[float, str], None]) -> int:
    for step in range(steps):
        progress(step / steps, f"step {step}")
    return steps


def refuse(kind: str) -> None:
    raise {"gene": GeneError, "plain": GeneRAINError, "fault": ZeroDivisionError}[kind]("one sentence, “as it is”.")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def leave(path: Path) -> None:
    path.write_text(str(os.getpid()))
    time.sleep(60)


def kill_itself(name: str) -> None:
    os.kill(os.getpid(), getattr(signal, name))


def exit_at_once() -> None:
    os._exit(7)


def take(gigabytes: float) -> int:
    return int(np.ones(int(gigabytes * (1 << 27))).sum())


def array(megabytes: int) -> np.ndarray:
    return np.arange(megabytes << 17, dtype=np.float64).reshape(-1, 1024)


def record() -> Record:
    columns = {"text": ["a", None], "number": [1.5, np.nan], "count": [1, 2], "kind": pd.Categorical(["u", "v"])}
    columns |= {"day": pd.to_datetime(["2020-01-01", "2021-01-01"]), "whole": pd.array([1, None], dtype="Int64")}
    return Record(np.eye(3, order="F"), pd.DataFrame(columns))


class Hostile:
    def __reduce__(self) -> Any:
        return os.system, ("echo taken",)


def hostile() -> Hostile:
    return Hostile()


def chatter() -> str:
    sys.stdout.write("a library that prints\n")
    sys.stdout.flush()
    return os.environ.get("GENERAIN_TEST", "") + os.getcwd()


def step_and_note(path: Path, steps: int, progress: Callable[[float, str], None]) -> int:
    """Write down after each step how many were made."""
    for step in range(steps):
        time.sleep(0.01)
        path.write_text(str(step + 1))
        progress(step / steps, "")
    return steps
