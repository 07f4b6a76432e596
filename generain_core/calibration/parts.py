"""Pieces of the book's work: some experiments of one design, run in a process of their own; and what is kept of them on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.measures import Key, Sums
from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent

if TYPE_CHECKING:
    from generain_core.calibration.simulation.real import RealSamples
    from generain_core.generain import GeneRAIN

PARTS = "parts.jsonl"
SECONDS = 4.0
"""A part takes about so long."""


@dataclass(frozen=True)
class Surroundings:
    """Where experiments are run, in plain values.

    Attributes:
        release: its folder.
        model: '' for none.
        table: of real samples; '' for none.
        sheet: to it.
        by: the column of the sheet that says which are alike.
        sheet_column: the one that names them.
    """

    release: str
    model: str
    table: str = ""
    sheet: str = ""
    by: str = ""
    sheet_column: str = ""


@dataclass(frozen=True)
class Part:
    """Experiments `start` to `stop` of a design."""

    design: str
    start: int
    stop: int


def parts_of(designs: Sequence[Design], trials: Mapping[str, int]) -> list[Part]:
    """Cut the experiments of all designs into parts of about `SECONDS`."""
    parts = []
    for design in designs:
        size = max(1, round(SECONDS / design.seconds))
        count = trials[design.name]
        parts += [Part(design.name, start, min(start + size, count)) for start in range(0, count, size)]
    return parts


def run_part(
    design: str, start: int, stop: int, surroundings: Sequence[str], progress: Progress = silent
) -> list[tuple[list[Any], list[Any]]]:
    """Run some experiments of a design, and return what they told: pairs of key and sums, in plain values.

    An experiment's random numbers come from its design's name and its own number alone, so that it is the same in any part.
    """
    from generain_core.calibration.designs.registry import all_designs

    where = Surroundings(*surroundings)
    generain, real = _opened(where)
    one = all_designs()[design]
    sums: dict[Key, Sums] = {}
    for number in range(start, stop):
        progress((number - start) / (stop - start), design)
        rng = np.random.default_rng([crc32(design.encode()), number])
        for measure in one.experiment(Bench(generain, number, rng, real, where.model)):
            sums.setdefault(measure.key, Sums()).add(measure)
    return [(list(key), list(vars(each).values())) for key, each in sums.items()]


@lru_cache(maxsize=1)
def _opened(where: Surroundings) -> tuple[GeneRAIN, RealSamples | None]:
    from generain_core.calibration.simulation.real import read_real
    from generain_core.generain import open as open_release

    generain = open_release(where.release)
    if not where.table:
        return generain, None
    return generain, read_real(generain, where.table, where.sheet, where.by, where.sheet_column)


class Kept:
    """What is kept of parts in a folder: a line each, behind a line that says of what they are."""

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Read what is there.

        Raises:
            GeneRAINError: it is of another book.
        """
        self._path = folder / PARTS
        self.results: dict[Part, list[Any]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        lines = list(self._lines())
        if lines and lines[0] != dict(about):
            differs = sorted(name for name in {*lines[0], *about} if lines[0].get(name) != about.get(name))
            raise GeneRAINError(
                f"{folder} holds a calibration with another {' and '.join(differs)}; choose another folder, or remove {PARTS} "
                "from it to begin anew."
            )
        for line in lines[1:]:
            self.results[Part(*line["part"])] = line["sums"]
        content = "".join(json.dumps(line) + "\n" for line in lines or [dict(about)])
        self._path.write_text(content, encoding="utf-8")  # a line that was cut off is gone

    def add(self, part: Part, sums: Sequence[Any]) -> None:
        """Keep a part."""
        self.results[part] = list(sums)
        line = {"part": [part.design, part.start, part.stop], "sums": sums}
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")

    def sums_of(self, parts: Sequence[Part]) -> dict[Key, Sums]:
        """Return what some parts told together; the order in which they were run makes no difference."""
        together: dict[Key, Sums] = {}
        for part in parts:
            for key, values in self.results.get(part, ()):
                together.setdefault(Key(*key), Sums()).join(Sums(*values))
        return together

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self._path.is_file():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                return
