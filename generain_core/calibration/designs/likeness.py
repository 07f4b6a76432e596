"""Two lists against each other, and sums of genes and lists: what their p-values say of genes that have nothing to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.measures import Measure, rejections
from generain_core.errors import GeneRAINError
from generain_core.vectors import vector_sets

TWO, SUMS = "p_value of two lists", "p_value of sums"
SIZE, AMONG = 20, 200


@dataclass(frozen=True)
class TwoLists:
    """Draws two lists without regard to each other, each of genes around one, or of any genes, and asks how near they are."""

    around_one: tuple[bool, bool]

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        if not vector_sets(bench.generain.release):
            return
        first, second = (_drawn(bench, around) for around in self.around_one)
        told = bench.generain.compare(first, second, seed=bench.seed)
        yield from rejections(TWO, np.nan if told.p_value is None else told.p_value, "level")


@dataclass(frozen=True)
class Sums:
    """Draws any genes, or genes around one, as each term of b − a + c, and asks whether the nearest is nearer than by chance."""

    size: int
    around_one: bool = False

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        if not vector_sets(bench.generain.release):
            return
        genes = bench.generain.atlas().space.genes
        a, b, c = bench.rng.choice(np.array(genes), (3, self.size), replace=False).tolist()
        if self.around_one:
            a, b, c = (_drawn(bench, True, self.size) for _ in range(3))
        try:
            told = bench.generain.sum_of([b, c], [a], seed=bench.seed).p_value
        except GeneRAINError:
            told = float("nan")
        yield from rejections(SUMS, told, "level")


def _drawn(bench: Bench, around_one: bool, size: int = SIZE) -> Sequence[str]:
    space = bench.generain.atlas().space
    among: NDArray[np.integer] = np.arange(len(space))
    if around_one:
        cosines = space.cosines(space.genes[int(bench.rng.integers(len(space)))])
        among = np.argsort(-cosines, kind="stable")[:AMONG]
    return [space.genes[int(row)] for row in bench.rng.choice(among, size, replace=False)]


def likeness_designs() -> list[Design]:
    """Return the designs of this family."""
    kinds = {"each around a gene": (True, True), "any genes": (False, False), "any genes against some around one": (False, True)}
    designs = [
        Design(family="lists", name=f"two lists, {words}", experiment=TwoLists(kind), trials=300, quick=6, seconds=1.0)
        for words, kind in kinds.items()
    ]
    sums = {
        "genes at random": Sums(1),
        "lists of 10 at random": Sums(10),
        "lists of 10, each around a gene": Sums(10, around_one=True),
    }
    for words, experiment in sums.items():
        name = f"sums of three {words}"
        designs.append(Design(family="lists", name=name, experiment=experiment, trials=300, quick=6, seconds=0.5))
    return designs
