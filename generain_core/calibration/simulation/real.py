"""Residuals of a table of real samples: what is left of logarithms once the mean of alike samples is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    from generain_core.generain import GeneRAIN

DEPTH = 1e7
_EXPRESSED = 0.5
LEAST = 6


@dataclass(frozen=True, eq=False, kw_only=True)
class RealSamples:
    """What is left of real samples.

    Attributes:
        genes: names, as the table has them.
        center: mean log10(count · 10⁷ / total + 1) of each gene.
        residuals: samples × genes, scaled so that their variance is that of samples.
        depth: counts of a sample, in the middle.
        name: of the table.
    """

    genes: tuple[str, ...]
    center: NDArray[np.float64]
    residuals: NDArray[np.float64]
    depth: float
    name: str

    def draw(self, rng: np.random.Generator, samples: int, shift: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return counts of so many samples (× genes) of different residuals, at one depth.

        Which of them are called perturbed is by chance, so that without a shift nothing is to be found, whatever the residuals.

        Args:
            rng: random numbers.
            samples: no more than there are residuals.
            shift: samples × genes, added to the logarithms.
        """
        rows = rng.permutation(len(self.residuals))[:samples]
        logs = self.center + self.residuals[rows]
        if shift is not None:
            logs = logs + shift
        values: NDArray[np.float64] = np.round(np.maximum(10 ** np.maximum(logs, 0) - 1, 0) * self.depth / DEPTH)
        return values


def read_real(generain: GeneRAIN, table: str, sheet: str, by: str, sheet_column: str = "") -> RealSamples:
    """Read a table of counts, and take the mean of the samples that a column calls alike away.

    Raises:
        GeneRAINError: it can't be read, has no such column, or too few samples with others alike.
    """
    adata = generain.read(table, sheet=sheet, sheet_column=sheet_column) if sheet else generain.read(table)
    if by and by not in adata.obs:
        raise GeneRAINError(f"The real samples have no column {by[:60]!r}; there are {', '.join(map(str, adata.obs.columns))}.")
    counts = np.asarray(adata.X.toarray() if hasattr(adata.X, "toarray") else adata.X, dtype=np.float64)
    totals = counts.sum(1)
    groups = adata.obs[by].astype(str).to_numpy() if by else np.array(["all"] * len(counts))
    kept = (counts > 0).mean(0) >= _EXPRESSED
    logs = np.log10(counts[:, kept] * (DEPTH / totals)[:, None] + 1)
    parts = [logs[groups == group] for group in dict.fromkeys(groups)]
    parts = [part for part in parts if len(part) > 1]
    left = [(part - part.mean(0)) * np.sqrt(len(part) / (len(part) - 1)) for part in parts]
    if sum(map(len, left)) < LEAST:
        raise GeneRAINError(f"Fewer than {LEAST} real samples have another that is alike; name the column that tells, or none.")
    return RealSamples(
        genes=tuple(np.array(adata.var_names, dtype=object)[kept]),
        center=np.mean([part.mean(0) for part in parts], axis=0),
        residuals=np.concatenate(left),
        depth=float(np.median(totals)),
        name=Path(table).name,
    )
