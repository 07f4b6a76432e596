"""Samples whose logarithms are drawn: means, spreads and tails are known exactly in the space that is tested.

More spread in counts lowers mean logarithms, and with them totals, so that equal means in one space are unequal ones in another.
Here log10(count · 10⁷ / total + 1) itself is drawn, and one gene that is never looked at takes up the rest of an equal total.
"""

from dataclasses import dataclass
from typing import Literal

import anndata
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.calibration.simulation.layout import Layout

Values = NDArray[np.float64]
Tails = Literal["normal", "heavy"]
TOTAL = 1e8
DEPTH = 1e7


@dataclass(frozen=True, kw_only=True)
class LogWorld:
    """How logarithms vary.

    Attributes:
        genes: how many.
        spread: standard deviation of a gene, in log10.
        common: share of the variance that lies along few directions, of which the i-th has 1 / i of the first's.
        factors: how many directions.
        tails: ``heavy``: all of a sample's deviations are those of Student's t with 3 degrees of freedom, at equal variance.
        ratio: standard deviation of perturbed samples over that of controls.
        blocks: spread of blocks (donors, batches) over that of samples.
    """

    genes: int = 150
    spread: float = 0.12
    common: float = 0.6
    factors: int = 20
    tails: Tails = "normal"
    ratio: float = 1.0
    blocks: float = 1.5

    @property
    def length(self) -> float:
        """Return the root mean square distance of a control from the mean: the unit of effects."""
        return self.spread * float(np.sqrt(self.genes))


@dataclass(frozen=True, eq=False, kw_only=True)
class LogSamples:
    """Drawn samples.

    Attributes:
        logs: samples × genes.
        layout: of the samples.
        effect: the true length of the shift, over the spread of controls; of pairs, that of controls of all donors.
    """

    logs: Values
    layout: Layout
    effect: float


def draw_logs(
    rng: np.random.Generator, layout: Layout, world: LogWorld, effect: float = 0.0, acting: int | None = None
) -> LogSamples:
    """Draw samples; the first `acting` perturbations (all by default) shift along a direction of their own, by `effect`."""
    loadings = rng.normal(size=(world.factors, world.genes)) / np.sqrt(np.arange(1, world.factors + 1))[:, None]
    loadings *= np.sqrt(world.common * world.genes / float((loadings**2).sum()))
    deviations = _deviations(rng, layout.n, world, loadings)
    perturbed, label = layout.perturbed, layout.label
    deviations[perturbed] *= world.ratio
    if layout.kind:
        plain = LogWorld(genes=world.genes, spread=world.spread, common=world.common, factors=world.factors)
        deviations += world.blocks * _deviations(rng, len(layout.sizes), plain, loadings)[layout.block]
    names = list(dict.fromkeys(label[perturbed]))
    for name in names[: len(names) if acting is None else acting] if effect else []:
        direction = _deviations(rng, 1, LogWorld(genes=world.genes, common=world.common, factors=world.factors), loadings)[0]
        deviations[label == name] += effect * world.length * direction / np.linalg.norm(direction)
    of_donors = float(np.sqrt(1 + world.blocks**2)) if layout.kind == "donor" else 1.0
    return LogSamples(logs=rng.normal(2.0, 0.3, world.genes) + deviations, layout=layout, effect=effect / of_donors)


def _deviations(rng: np.random.Generator, n: int, world: LogWorld, loadings: Values) -> Values:
    own = rng.normal(size=(n, world.genes)) * np.sqrt(1 - world.common)
    values: Values = world.spread * (rng.normal(size=(n, world.factors)) @ loadings + own)
    if world.tails == "heavy":
        values *= 1 / np.sqrt(rng.chisquare(3, size=(n, 1)))
    return values


def counts_of_logs(logs: Values) -> Values:
    """Return counts of equal totals whose log10(count · 10⁷ / total + 1) are these; the last column takes up the rest.

    Args:
        logs: samples × genes.
    """
    counts = np.round(np.maximum(10 ** np.maximum(logs, 0.0) - 1, 0.0) * TOTAL / DEPTH)
    rest = TOTAL - counts.sum(1)
    values: Values = np.column_stack([counts, np.maximum(rest, 1.0)])
    return values


def table(values: Values, genes: list[str], obs: pd.DataFrame) -> anndata.AnnData:
    """Return samples as AnnData, as a user would have them."""
    return anndata.AnnData(values, obs=obs, var=pd.DataFrame(index=genes[: values.shape[1]]))
