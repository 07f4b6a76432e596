"""Which relabellings of the samples a permutation test looks at: all of them where they are few, else random ones."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXACT = 10_000
"""Up to so many distinct relabellings, all are looked at."""
ALPHA = 0.05
FEW = 40
"""Up to so many perturbed samples, sums over relabellings are cheap."""
MORE = 20
"""How many times more random relabellings a p-value near the smallest one gets, where they are cheap."""
_BLOCK = 8_000_000


@dataclass(frozen=True, eq=False)
class Relabellings:
    """Ways of choosing the perturbed samples within strata.

    Attributes:
        chosen: relabellings × perturbed samples: places among all samples of the comparison, which lie stratum by stratum,
            perturbed ones first in each.
        exact: whether these are all distinct relabellings (the first is then the labels as they are) or random ones.
        distinct: how many distinct ones there are.
    """

    chosen: NDArray[np.int32]
    exact: bool
    distinct: float

    def p_value(self, values: NDArray[np.float64], observed: float) -> float:
        """Return the share of relabellings with a statistic at least as large as the observed one.

        Exact: b / N over all N relabellings, the observed one among them. Random: (b + 1) / (m + 1).
        Source: Phipson & Smyth 2010, doi 10.2202/1544-6115.1585.
        """
        return share_at_least(values, observed, exact=self.exact)


def share_at_least(values: NDArray[np.float64], observed: float, *, exact: bool) -> float:
    """Return b / N, or (b + 1) / (m + 1) for random relabellings; rounding errors don't break ties."""
    slack = 1e-9 * max(abs(observed), float(np.abs(values).max(initial=0.0)))
    above = int(np.count_nonzero(values >= observed - slack))
    return above / len(values) if exact else (above + 1) / (len(values) + 1)


def count_relabellings(sizes: Sequence[tuple[int, int]]) -> int:
    """Return how many ways there are to choose the perturbed; sizes: (samples, perturbed) of each stratum."""
    return math.prod(math.comb(n, k) for n, k in sizes)


def smallest_p(sizes: Sequence[tuple[int, int]], permutations: int) -> float:
    """Return the smallest p-value that a statistic of the shift's length can have.

    Where every stratum has as many perturbed samples as others, exchanging the two gives the same length.
    """
    distinct = count_relabellings(sizes)
    mirrored = 2 if all(2 * k == n for n, k in sizes) else 1
    most = permutations * (MORE if sum(k for _, k in sizes) <= FEW else 1)
    return max(mirrored / distinct, 0.0 if distinct <= EXACT else 1 / (most + 1))


def relabellings(sizes: tuple[tuple[int, int], ...], permutations: int, seed: int) -> Relabellings:
    """Return all relabellings where there are at most `EXACT`, else random ones.

    Args:
        sizes: (samples, perturbed samples) of each stratum.
        permutations: how many random ones.
        seed: of the random ones.
    """
    distinct = count_relabellings(sizes)
    if distinct <= EXACT:
        offset, parts = 0, []
        for n, k in sizes:
            parts.append([tuple(offset + i for i in chosen) for chosen in itertools.combinations(range(n), k)])
            offset += n
        every = [tuple(itertools.chain.from_iterable(each)) for each in itertools.product(*parts)]
        return Relabellings(np.array(every, dtype=np.int32), True, float(distinct))
    generator = np.random.default_rng(seed)
    columns, offset = [], 0
    for n, k in sizes:
        columns.append(offset + _subsets(generator, permutations, n, k))
        offset += n
    return Relabellings(np.concatenate(columns, axis=1).astype(np.int32), False, float(min(distinct, 10**300)))


def _subsets(generator: np.random.Generator, rows: int, n: int, k: int) -> NDArray[np.int64]:
    """Return k different numbers below n in each row, every subset equally likely."""
    out = np.empty((rows, k), dtype=np.int64)
    step = max(1, _BLOCK // n)
    for start in range(0, rows, step):
        stop = min(start + step, rows)
        noise = generator.random((stop - start, n), dtype=np.float32) if n < 4096 else generator.random((stop - start, n))
        out[start:stop] = np.argpartition(noise, k - 1, axis=1)[:, :k]
    return out


def sign_flips(pairs: int, permutations: int, seed: int) -> tuple[NDArray[np.float64], bool]:
    """Return signs, flips × pairs, and whether they are all there are; the first pair's stays, as the mirror image is equal."""
    if 2 ** (pairs - 1) <= EXACT:
        rest = np.array(list(itertools.product((1.0, -1.0), repeat=pairs - 1)), dtype=np.float64)
        rest = rest.reshape(2 ** (pairs - 1), pairs - 1)
        return np.hstack([np.ones((len(rest), 1)), rest]), True
    generator = np.random.default_rng(seed)
    return np.where(generator.random((permutations, pairs)) < 0.5, 1.0, -1.0), False


def sums_within(matrix: NDArray[np.float64], chosen: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the sum of a matrix's entries between the chosen rows and columns, for each choice."""
    if chosen.shape[1] <= FEW:
        total = np.zeros(len(chosen))
        for i in range(chosen.shape[1]):
            total += matrix[chosen[:, i], chosen[:, i]]
            for j in range(i + 1, chosen.shape[1]):
                total += 2 * matrix[chosen[:, i], chosen[:, j]]
        return total
    total = np.empty(len(chosen))
    step = max(1, _BLOCK // len(matrix))
    for start in range(0, len(chosen), step):
        part = chosen[start : start + step]
        member = np.zeros((len(part), len(matrix)))
        np.put_along_axis(member, part.astype(np.int64), 1.0, axis=1)
        total[start : start + step] = ((member @ matrix) * member).sum(1)
    return total
