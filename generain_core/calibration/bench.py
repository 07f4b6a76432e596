"""What an experiment of the book stands on: an opened release, random numbers of its own, and a table of real samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from generain_core.calibration.measures import Measure

if TYPE_CHECKING:
    import anndata

    from generain_core.calibration.simulation.real import RealSamples
    from generain_core.facade.results.perturbation_result import PerturbationResult
    from generain_core.generain import GeneRAIN


@dataclass(frozen=True, eq=False)
class Bench:
    """One experiment's surroundings.

    Attributes:
        generain: the opened release.
        seed: the number of the experiment in its design.
        rng: its random numbers.
        real: real samples at hand, or None.
        model: which model embeds samples; '' where none does.
    """

    generain: GeneRAIN
    seed: int
    rng: np.random.Generator
    real: RealSamples | None
    model: str

    @cached_property
    def genes(self) -> list[str]:
        """Return the genes of the model, by which simulated tables are named."""
        return [str(name) for name in self.generain.resolver.table.model.index]

    def perturb(self, samples: anndata.AnnData, *, model: str = "none", **options: Any) -> PerturbationResult:
        """Ask the product, as a user would."""
        choices: dict[str, Any] = {"by": "condition", "control": "control", "model": model, "seed": self.seed} | options
        return self.generain.perturb(samples, **choices)


class Experiment(Protocol):
    """Draws one experiment, asks the product and the independent methods, and tells what came of it."""

    def __call__(self, bench: Bench) -> Iterable[Measure]:
        """Run the experiment."""
        ...


@dataclass(frozen=True, kw_only=True)
class Design:
    """A design of the book.

    Attributes:
        family: what it is a case of.
        name: what it is called, unique in the book.
        experiment: one experiment of it.
        trials: experiments in the full book.
        quick: experiments in the quick one.
        seconds: that one takes, about.
        needs: ``model`` or ``real`` where it needs a model, or real samples.
    """

    family: str
    name: str
    experiment: Experiment
    trials: int = 1000
    quick: int = 60
    seconds: float = 0.1
    needs: str = ""


def by_space(table: Any) -> Sequence[tuple[str, str]]:
    """Return the spaces of a table of perturbations, each with what its columns begin with."""
    first = str(table["space"].iloc[0])
    return [(first, "")] + ([("expression", "expression_")] if "expression_p_value" in table else [])
