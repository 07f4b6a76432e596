"""Gene sets at the top or bottom of a ranking by a test of samples, with the correlation of genes taken into account.

Exchanging genes takes them for independent. Where the samples are at hand, the residuals of the test tell how much the genes of
a set vary together, and the variance of their mean is inflated by it: camera (Wu and Smyth 2012, doi 10.1093/nar/gks461).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError, Untestable
from generain_core.lists.enrichment import Enrichment, table_of


@dataclass(frozen=True, kw_only=True, eq=False)
class SampleRanking:
    """Genes that were tested between samples.

    Attributes:
        scores: z-score of each gene, the sign that of its change.
        residuals: samples × genes, in the order of the scores, each gene's of one mean square.
        freedom: degrees of freedom of the residuals.
    """

    scores: Mapping[str, float]
    residuals: np.ndarray
    freedom: int


def camera(tested: SampleRanking, libraries: Mapping[str, Mapping[str, frozenset[str]]]) -> Enrichment:
    """Test each set for a mean z-score that differs from that of the other genes, two-sided.

    In the table, `overlap` counts the set's genes that were tested, `genes` names them by the size of their change in the set's
    direction, `ratio` is the difference of means in z-scores, and `correlation` is the mean correlation of the set's genes.

    Raises:
        GeneRAINError: fewer than three genes were tested, or residuals and scores don't agree.
    """
    genes = list(tested.scores)
    values = np.array([tested.scores[gene] for gene in genes], np.float64)
    if len(genes) < 3:
        raise Untestable(f"{len(genes)} genes were tested; gene sets need three or more.")
    if tested.residuals.shape[1] != len(genes) or tested.freedom < 1:
        raise GeneRAINError("The residuals don't belong to these genes; make the list anew.")
    row_of = {gene: i for i, gene in enumerate(genes)}
    rows, counts, p_values, differences, correlations = [], [], [], [], []
    for library, sets in libraries.items():
        for title, members in sets.items():
            inside = np.array(sorted(row_of[gene] for gene in members if gene in row_of), np.intp)
            p_value, difference, correlation = _one(values, tested, inside)
            sign = 1.0 if difference >= 0 else -1.0
            rows.append((title, library, len(inside), [genes[i] for i in inside[np.argsort(-sign * values[inside])]]))
            counts.append(len(inside))
            p_values.append(p_value)
            differences.append(difference)
            correlations.append(correlation)
    table = table_of(rows, np.array(counts, np.int64), np.array(p_values), np.array(differences))
    keyed = pd.Series(correlations, index=pd.MultiIndex.from_tuples([row[:2] for row in rows], names=["set", "library"]))
    places = pd.MultiIndex.from_frame(table[["set", "library"]])
    return Enrichment(
        table=table.assign(correlation=keyed.reindex(places).to_numpy() if len(rows) else []),
        background_size=len(genes),
        list_size=len(genes),
        missing={},
        test="camera",
    )


def _one(values: np.ndarray, tested: SampleRanking, inside: np.ndarray) -> tuple[float, float, float]:
    """Return p-value, difference of means, and mean correlation of a set."""
    from scipy.stats import t as student

    total, size = len(values), len(inside)
    rest = total - size
    if size == 0 or rest == 0:
        return 1.0, 0.0, float("nan")
    inflation = _inflation(tested, inside)
    delta = total / rest * (values[inside].mean() - values.mean())
    pooled = ((total - 1) * values.var(ddof=1) - delta**2 * size * rest / total) / (total - 2)
    if pooled <= 0:
        return 1.0, float(delta), float("nan")
    statistic = delta / np.sqrt(pooled * (inflation / size + 1 / rest))
    freedom = min(tested.freedom, total - 2)
    correlation = (inflation - 1) / (size - 1) if size > 1 else float("nan")
    return float(2 * student.sf(abs(statistic), freedom)), float(delta), float(correlation)


def _inflation(tested: SampleRanking, inside: np.ndarray) -> float:
    """Return by how much the variance of a set's mean is larger than that of as many independent genes; never below 1."""
    if len(inside) < 2:
        return 1.0
    means = tested.residuals[:, inside].astype(np.float64).mean(axis=1)
    return max(1.0, float(len(inside) * (means**2).sum() / tested.freedom))
