"""What each gene has in each sample of an experiment: bins, or log2 of the depth-scaled count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.perturbations.depth.thinning import COUNTED
from generain_core.perturbations.run import Perturbed
from generain_core.samples.binning.acceptance import sample_depths
from generain_core.samples.binning.bins import DEPTH

Measure = Literal["bins", "log2"]
PRIOR_COUNT = 2.0
"""Counts that are added before logs are taken, so that few counts don't make large changes; at least 1 per `DEPTH`."""
_COLUMNS = 4000


@dataclass(frozen=True, eq=False, kw_only=True)
class GeneValues:
    """Values of genes in samples, given out in blocks of genes.

    Attributes:
        measure: bins, or log2 depth.
        genes: their names, each once.
        samples: their names.
        source: samples × rows of the file (counts), or samples × genes (bins).
        members: rows of the file × genes, for counts; None for bins.
        scale: what a count is multiplied with, for each sample.
        prior: what is added to a scaled count before its log is taken.
        counted: whether values are counts of reads.
        counts: samples × genes, for bins; None where `source` has them.
    """

    measure: Measure
    genes: tuple[str, ...]
    samples: tuple[str, ...]
    source: Any
    members: Any
    scale: NDArray[np.float64]
    prior: float = 1.0
    counted: bool = True
    counts: Any = None

    @property
    def words(self) -> str:
        """Return what the values are, in words."""
        return "bins (1 to 2,000)" if self.measure == "bins" else f"log2(count · 10⁷ / total + {self.prior:,.3g})"

    def blocks(self, rows: NDArray[np.int64], genes: NDArray[np.int64] | None = None) -> Iterator[tuple[slice, Any, Any]]:
        """Yield places among the genes, values (samples × genes, float64) and counts scaled to equal depth."""
        some = np.arange(len(self.genes)) if genes is None else genes
        every = np.array_equal(rows, np.arange(len(self.samples)))
        taken = self.source if every else self.source[rows]
        counts = self.counts if every or self.counts is None else self.counts[rows]
        for start in range(0, len(some), _COLUMNS):
            part = slice(start, min(start + _COLUMNS, len(some)))
            if self.members is None:
                scaled = _dense(counts[:, some[part]]) * self.scale[rows, None]
                yield part, np.maximum(_dense(taken[:, some[part]]), 1.0), scaled
            else:
                scaled = _dense(taken @ self.members[:, some[part]]) * self.scale[rows, None]
                yield part, np.log2(scaled + self.prior), scaled

    def one(self, gene: str) -> NDArray[np.float64] | None:
        """Return the values of a gene in all samples; None where it was not measured."""
        if gene not in self.genes:
            return None
        where = np.array([self.genes.index(gene)])
        _, values, _ = next(self.blocks(np.arange(len(self.samples)), where))
        column: NDArray[np.float64] = values[:, 0]
        return column


def measures(result: Perturbed) -> list[Measure]:
    """Return what genes can be looked at in: log2 depth first, which rests on the counts alone; bins where samples have them."""
    binned = result.adata is not None and "bins" in result.adata.layers
    return ["log2", "bins"] if binned else ["log2"]


def gene_values(result: Perturbed, measure: Measure, prior: float | None = None) -> GeneValues:
    """Return the values of all genes that were measured: the model's genes in bins, all genes of the file in log2 depth.

    Args:
        result: of `run`.
        measure: bins or log2 depth.
        prior: added to a count scaled to 10⁷ before its log is taken; by default 1, or two counts of a sample of mean depth
            where that is more, as the logs of few counts would vary too much.

    Raises:
        GeneRAINError: the samples have no bins.
    """
    if measure not in measures(result):
        raise GeneRAINError(f"There are no {measure} of these samples; take log2, or embed the samples with a model.")
    is_counted = result.expression.value_kind in COUNTED
    if measure == "bins":
        data = result.adata
        names = tuple(map(str, data.obs_names))
        totals = data.obs["total_counts"].to_numpy(np.float64)
        return GeneValues(
            measure=measure,
            genes=tuple(map(str, data.var_names)),
            samples=names,
            source=data.layers["bins"],
            members=None,
            scale=DEPTH / np.where(totals > 0, totals, np.inf),
            prior=_prior(totals, is_counted) if prior is None else prior,
            counted=is_counted,
            counts=data.X,
        )
    genes = tuple(dict.fromkeys(gene for gene in result.row_genes if gene))
    place = {gene: i for i, gene in enumerate(genes)}
    rows = np.array([i for i, gene in enumerate(result.row_genes) if gene], dtype=np.int64)
    columns = np.array([place[result.row_genes[i]] for i in rows], dtype=np.int64)
    members = sparse.csc_matrix((np.ones(len(rows)), (rows, columns)), (len(result.row_genes), len(genes)))
    counted = np.array([bool(gene) for gene in result.row_genes])
    totals = sample_depths(result.expression, counted)
    return GeneValues(
        measure=measure,
        genes=genes,
        samples=tuple(result.expression.samples),
        source=result.expression.values,
        members=members,
        scale=DEPTH / np.where(totals > 0, totals, np.inf),
        prior=_prior(totals, is_counted) if prior is None else prior,
        counted=is_counted,
    )


def _prior(totals: NDArray[np.float64], counted: bool) -> float:
    there = totals[totals > 0]
    return max(1.0, PRIOR_COUNT * DEPTH / float(there.mean())) if counted and len(there) else 1.0


def _dense(values: Any) -> NDArray[np.float64]:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=np.float64)
