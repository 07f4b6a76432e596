"""Whether GeneRAIN-vec foresaw which perturbations act alike: gene space against perturbation space."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.analysis import false_discovery_rates
from generain_core.perturbations.effects.permutations import ALPHA, EXACT, share_at_least
from generain_core.perturbations.similarity.shift_similarity import ShiftSimilarity
from generain_core.progress import Progress, silent
from generain_core.text import with_noun
from generain_core.vectors import GeneSpace

LEAST = 4
"""With fewer targets no p-value can be 0.05 or less."""
WORK = 1_000_000_000
"""Products at most: the larger the set, the fewer random permutations, but never fewer than `_FEWEST`."""
_FEWEST = 199
MOST_PAIRS = 1000
Tell = Callable[[float], None]


@dataclass(frozen=True, eq=False, kw_only=True)
class VectorAgreement:
    """How well the similarity of targets in gene space tells the likeness of their perturbations.

    Attributes:
        space, vectors: what was compared with what.
        rho: Spearman correlation over all pairs of targets.
        p_value: of `rho`, one-sided (likeness was foreseen), by permuting targets.
        permutations: how many; `exact` if these are all.
        genes: one row a target: perturbation, target, others, spearman, p_value, fdr, signal; the best foreseen first.
        pairs: pairs of targets, the most surprising first: perturbation_a, perturbation_b, target_a, target_b, cosine_genes,
            cosine_shifts, percentile_genes, percentile_shifts, surprise, which, signal.
        notes: what has to be known to read it.
    """

    space: str
    vectors: str
    rho: float
    p_value: float
    permutations: int
    exact: bool
    genes: pd.DataFrame
    pairs: pd.DataFrame
    notes: tuple[str, ...]


def compare_with_vectors(
    of: ShiftSimilarity, vectors: GeneSpace, *, permutations: int = 9999, seed: int = 0, progress: Progress | None = None
) -> VectorAgreement:
    """Compare the cosines of targets in gene space with the cosines of the shifts of their perturbations.

    Over the set: Spearman's rho of all pairs of targets, p by permuting the targets among the perturbations (Mantel 1967,
    doi 10.1158/0008-5472.CAN-67-2-209). Per gene: Spearman's rho of its pairs, p by permuting the others.
    P-values are one-sided; (b + 1) / (m + 1), or b / N where all permutations are looked at.

    Args:
        of: the perturbations.
        vectors: of genes.
        permutations: random ones at most; fewer where the set is so large that they would take minutes.
        seed: of the permutations.
        progress: told the share done.

    Raises:
        GeneRAINError: fewer than `LEAST` perturbations have a target with a vector.
    """
    report: Progress = progress or silent
    rows, notes = _one_a_target(of, vectors)
    n = len(rows)
    if n < LEAST:
        raise GeneRAINError(f"{n} perturbations name a gene with a vector in {vectors.name}; at least {LEAST} are needed.")
    unit = vectors.unit([of.targets[i] for i in rows])
    genes, shifts = unit @ unit.T, of.cosines[np.ix_(rows, rows)]
    draws = int(min(permutations, max(_FEWEST, WORK // n**2)))
    if draws < permutations and math.factorial(n) > EXACT:
        notes.append(f"{draws:,} permutations for {n:,} targets, to end in time.")
    rho, p, count, exact = _over_the_set(genes, shifts, draws, seed, lambda share: report(0.5 * share, "pairs of targets"))
    table = _per_gene(genes, shifts, draws, seed, lambda share: report(0.5 + 0.5 * share, "each target"))
    table.insert(0, "perturbation", [of.perturbations[i] for i in rows])
    table.insert(1, "target", [of.targets[i] for i in rows])
    table["signal"] = of.signal[rows]
    table = table.sort_values("spearman", ascending=False, kind="stable", ignore_index=True)
    return VectorAgreement(
        space=of.space,
        vectors=vectors.name,
        rho=rho,
        p_value=p,
        permutations=count,
        exact=exact,
        genes=table,
        pairs=_surprises(of, rows, genes, shifts),
        notes=tuple(notes),
    )


def _one_a_target(of: ShiftSimilarity, vectors: GeneSpace) -> tuple[list[int], list[str]]:
    best: dict[str, int] = {}
    for i, target in enumerate(of.targets):
        if target in vectors and (target not in best or of.samples[i] > of.samples[best[target]]):
            best[target] = i
    several = sum(t in vectors for t in of.targets) - len(best)
    notes = (
        [f"{with_noun(several, 'perturbation')} of a target that one of more samples has too, which stands for both."]
        if several
        else []
    )
    without = len(of.targets) - sum(t in vectors for t in of.targets)
    if without:
        notes.append(f"{without:,} of {with_noun(len(of.targets), 'perturbation')} without a gene that has a vector: left out.")
    return sorted(best.values()), notes


def _over_the_set(
    genes: NDArray[np.float64], shifts: NDArray[np.float64], draws: int, seed: int, progress: Tell
) -> tuple[float, float, int, bool]:
    n = len(genes)
    upper = np.triu_indices(n, 1)
    a, b = _square(_standard_ranks(genes[upper]), n), _square(_standard_ranks(shifts[upper]), n)
    rho = float((a * b).sum() / 2)
    orders, exact = _orders(n, draws, seed)
    values = np.empty(len(orders))
    for i, order in enumerate(orders):
        values[i] = (a[np.ix_(order, order)] * b).sum() / 2
        if i % 256 == 0:
            progress(i / len(orders))
    return rho, share_at_least(values, rho, exact=exact), len(orders), exact


def _per_gene(genes: NDArray[np.float64], shifts: NDArray[np.float64], draws: int, seed: int, progress: Tell) -> pd.DataFrame:
    n = len(genes)
    orders, exact = _orders(n - 1, draws, seed + 1)
    least = 1 / (len(orders) + (not exact))
    rows = []
    for i in range(n):
        others = np.arange(n) != i
        a, b = _standard_ranks(genes[i, others]), _standard_ranks(shifts[i, others])
        rho = float(a @ b)
        p = share_at_least(b[orders] @ a, rho, exact=exact) if least <= ALPHA else float("nan")
        rows.append({"others": n - 1, "spearman": rho, "p_value": p})
        progress(i / n)
    table = pd.DataFrame(rows)
    return table.assign(fdr=false_discovery_rates(table["p_value"]))


def _orders(n: int, draws: int, seed: int) -> tuple[NDArray[np.int64], bool]:
    """Return all orders of n things if they are few, else random ones; and whether these are all."""
    if n <= 12 and math.factorial(n) <= EXACT:
        return np.array(list(itertools.permutations(range(n))), dtype=np.int64), True
    generator = np.random.default_rng(seed)
    return generator.permuted(np.tile(np.arange(n), (draws, 1)), axis=1), False


def _standard_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks (equal values share their mean) less their mean, at length 1: products of them are Spearman's rho."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    centered = ranks - ranks.mean()
    length = np.linalg.norm(centered)
    unit_ranks: NDArray[np.float64] = centered / length if length > 0 else centered
    return unit_ranks


def _square(values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = values
    matrix += matrix.T
    return matrix


def _surprises(of: ShiftSimilarity, rows: list[int], genes: NDArray[np.float64], shifts: NDArray[np.float64]) -> pd.DataFrame:
    """Return the pairs whose places among all pairs differ most between the two spaces, both ways."""
    from scipy.stats import rankdata

    first, second = np.triu_indices(len(rows), 1)
    a, b = genes[first, second], shifts[first, second]
    most = max(len(a) - 1, 1)
    place_a, place_b = 100 * (rankdata(a) - 1) / most, 100 * (rankdata(b) - 1) / most
    surprise = place_b - place_a
    order = np.argsort(-np.abs(surprise), kind="stable")[: 2 * MOST_PAIRS]
    at = np.array(rows)
    names, targets = np.array(of.perturbations, dtype=object), np.array(of.targets, dtype=object)
    one, two = at[first[order]], at[second[order]]
    return pd.DataFrame(
        {
            "perturbation_a": names[one],
            "perturbation_b": names[two],
            "target_a": targets[one],
            "target_b": targets[two],
            "cosine_genes": a[order],
            "cosine_shifts": b[order],
            "percentile_genes": place_a[order],
            "percentile_shifts": place_b[order],
            "surprise": surprise[order],
            "which": np.where(surprise[order] > 0, "alike in effect only", "alike as genes only"),
            "signal": np.minimum(of.signal[one], of.signal[two]),
        }
    )
