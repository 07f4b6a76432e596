"""Who is perturbed and who is control, in which stratum or pair."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CONTROL, PERTURBED = "control", "treated"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Samples of a design.

    Attributes:
        sizes: perturbed and control samples of each stratum (or pair).
        kind: what the blocks are: '' for one block, ``batch``, or ``donor`` for pairs.
        perturbations: how many share the controls; each has the perturbed samples of its own.
    """

    sizes: tuple[tuple[int, int], ...]
    kind: str = ""
    perturbations: int = 1

    @property
    def n(self) -> int:
        """Return how many samples there are."""
        return sum(self.perturbations * k + m for k, m in self.sizes)

    @property
    def block(self) -> NDArray[np.int64]:
        """Return the stratum or pair of each sample."""
        return np.repeat(np.arange(len(self.sizes)), [self.perturbations * k + m for k, m in self.sizes])

    @property
    def label(self) -> NDArray[np.object_]:
        """Return the label of each sample: controls first, then the perturbations, in each block."""
        names = [PERTURBED] if self.perturbations == 1 else [f"{PERTURBED} {i}" for i in range(self.perturbations)]
        words = [word for k, m in self.sizes for word in [CONTROL] * m + [name for name in names for _ in range(k)]]
        return np.array(words, dtype=object)

    @property
    def perturbed(self) -> NDArray[np.bool_]:
        """Return which samples are perturbed."""
        return np.asarray(self.label != CONTROL, dtype=bool)

    def obs(self, **further: Sequence[object]) -> pd.DataFrame:
        """Return the table of samples: ``condition``, the column of blocks, and what else is told of them."""
        columns: dict[str, object] = {"condition": self.label, **further}
        if self.kind:
            columns[self.kind] = [f"{self.kind} {i}" for i in self.block]
        return pd.DataFrame(columns, index=[f"sample {i}" for i in range(self.n)])

    @property
    def options(self) -> dict[str, str]:
        """Return what `perturb` is told of the blocks."""
        return {"donor": {"pair": "donor"}, "batch": {"strata": "batch"}}.get(self.kind, {})


def groups(perturbed: int, controls: int) -> Layout:
    """Return a design of two groups."""
    return Layout(sizes=((perturbed, controls),))


def pairs(number: int) -> Layout:
    """Return a design of pairs."""
    return Layout(sizes=((1, 1),) * number, kind="donor")


def strata(number: int, perturbed: int, controls: int) -> Layout:
    """Return a design of equal strata."""
    return Layout(sizes=((perturbed, controls),) * number, kind="batch")
