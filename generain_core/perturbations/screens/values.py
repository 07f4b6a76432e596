"""What samples of a screen are placed by: the model's embedding, and log-depth expression of the genes that controls express."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.spaces import Space, log_depth
from generain_core.perturbations.screens.covariance import Values
from generain_core.samples.binning.acceptance import sample_depths
from generain_core.samples.interpret.expression import Expression

MOST_GENES = 10_000
"""Of the genes that controls express, so many of the highest mean."""
_SHARE = 0.1
_COLUMNS = 1000


@dataclass(frozen=True, eq=False, kw_only=True)
class ScreenValues:
    """Values of the samples of a screen.

    Attributes:
        samples: their names.
        values: samples × dimensions, float32.
        scaled: whether dimensions are scaled by the controls' standard deviation before a covariance is fitted.
        words: what they are.
    """

    samples: tuple[str, ...]
    values: Values
    scaled: bool
    words: str


def embedding_values(space: Space) -> ScreenValues:
    """Return where the model put the samples."""
    words = f"all {space.points.shape[1]} dimensions of the embedding"
    return ScreenValues(samples=space.samples, values=space.points.astype(np.float32), scaled=False, words=words)


def expression_values(expression: Expression, counted: NDArray[np.bool_], controls: NDArray[np.bool_]) -> ScreenValues:
    """Return log10(count · 10⁷ / total + 1) of the genes that a tenth of the controls express, at most `MOST_GENES`.

    Which genes these are is decided on controls alone.

    Args:
        expression: samples × rows.
        counted: which rows are genes.
        controls: which samples are controls.
    """
    totals = sample_depths(expression, counted)
    kept = np.flatnonzero(totals > 0)
    columns, ours = np.flatnonzero(counted), np.flatnonzero(controls & (totals > 0))
    share, mean = np.zeros(len(columns)), np.zeros(len(columns))
    for start in range(0, len(columns), _COLUMNS):
        part = slice(start, start + _COLUMNS)
        logs = log_depth(expression.values[:, columns[part]][ours], totals[ours])
        share[part], mean[part] = (logs > 0).mean(0), logs.mean(0)
    expressed = np.flatnonzero(share >= _SHARE)
    chosen = np.sort(expressed[np.argsort(-mean[expressed], kind="stable")[:MOST_GENES]])
    values = np.empty((len(kept), len(chosen)), dtype=np.float32)
    for start in range(0, len(chosen), _COLUMNS):
        part = slice(start, start + _COLUMNS)
        values[:, part] = log_depth(expression.values[:, columns[chosen[part]]][kept], totals[kept])
    samples = tuple(expression.samples[i] for i in kept)
    words = f"log10(count · 10⁷ / total + 1) of {len(chosen):,} genes that controls express, each over its spread among controls"
    return ScreenValues(samples=samples, values=values, scaled=True, words=words)
