"""What the grid tells that numbers lie on: decimals, ranks, roots of counts, counts beside fractions."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from generain_core.samples.interpret.expression import Matrix

MOST_DECIMALS = 4
_FEWEST = 200
_GENES, _HUNDRED = 2000, 100
_EVEN, _DISTINCT, _OFF = 0.95, 0.5, 0.002
_SMALL, _EXACT, _LOOSE, _ALL = 2000, 1e-3, 0.05, 0.99
_FEWEST_ROOTS = 8
_LARGEST_LOG, _TAIL_OF_LOGS, _TAIL_OF_WHOLE_LOGS, _BROKEN = 24, 12, 5, 0.2
_WHOLES, _NEAR = (1e6, 1e4, 100.0), 5e-4
"""To which CPM, TPM and percents add up, and how near to it."""
_ROOTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "square roots": lambda values: values**2,
    "Anscombe's square roots": lambda values: (values / 2) ** 2 - 0.375,
    "square roots of counts and 3/8": lambda values: values**2 - 0.375,
    "Freeman and Tukey's square roots": lambda values: ((values**2 - 1) / (2 * values)) ** 2,
    "cube roots": lambda values: values**3,
}


def decimals_of(samples: Sequence[np.ndarray]) -> int | None:
    """Return the fewest decimals, 0 to 4, with which all values are written; None if they have more."""
    values = np.concatenate(list(samples)) if samples else np.empty(0)
    for decimals in range(MOST_DECIMALS + 1):
        scaled = values * 10.0**decimals
        if np.all(np.abs(scaled - np.rint(scaled)) <= 1e-6 + 3e-7 * np.abs(scaled)):
            return decimals
    return None


def half_step(decimals: int | None) -> float:
    """Return how far a written value may lie from the value that was rounded; 0 for values in full."""
    return 0.0 if decimals is None else 0.5 * 10.0**-decimals


def are_ranks(samples: Sequence[np.ndarray]) -> bool:
    """Say whether the values of every sample lie evenly, as ranks and percentiles do and no expression.

    They hardly stand twice; or equal ones share a rank, the mean, first or last of theirs or the next whole number.

    Args:
        samples: all values of each that are there, zeros with them.
    """
    rows = [row for row in samples if np.count_nonzero(row > 0) > _FEWEST]
    return bool(rows) and all(_is_even(row[row > 0]) or _is_shared_rank(row) for row in rows)


def _is_even(row: np.ndarray) -> bool:
    steps = np.diff(np.unique(row))
    if len(steps) < _DISTINCT * len(row):
        return False
    return bool(np.mean(np.abs(steps - np.median(steps)) <= 0.01 * np.median(steps)) > _EVEN)


def _is_shared_rank(row: np.ndarray) -> bool:
    levels, counts = np.unique(row, return_counts=True)
    if len(levels) <= _FEWEST or levels[0] <= 0:
        return False
    last = np.cumsum(counts).astype(float)
    shares = levels / levels[-1]
    shared = (last, last - counts + 1, last - (counts - 1) / 2, np.arange(1.0, len(levels) + 1))
    return any(bool(np.max(np.abs(shares - each / each[-1])) < _OFF) for each in shared)


def roots_of(samples: Sequence[np.ndarray], decimals: int | None) -> str:
    """Return of what values are roots, as they are whole numbers or add up to a million once the root is undone; '' if of none.

    Args:
        samples: values above zero of each.
        decimals: with how many they are written; None for values in full.
    """
    values = np.unique(np.concatenate(list(samples))) if samples else np.empty(0)
    broken = values[np.abs(values - np.rint(values)) > _EXACT]
    for kind, undone in _ROOTS.items():
        counts = undone(broken)
        off = np.abs(undone(broken + half_step(decimals)) - counts) + _EXACT
        small = (counts < _SMALL) & (counts > -off) & (off <= _LOOSE + _EXACT)
        whole = (np.abs(counts - np.rint(counts)) <= off) & (counts > 0.5)
        if np.count_nonzero(small) >= _FEWEST_ROOTS and np.mean(whole[small]) > _ALL:
            return f"{kind} of whole numbers"
    rows = [row for row in samples if len(row) > _FEWEST]
    for kind, undone in _ROOTS.items() if rows and len(broken) else ():
        totals = np.array([undone(row).sum() for row in rows])
        if any(np.all(np.abs(totals / whole - 1) < _NEAR) for whole in _WHOLES):
            return f"{kind} of CPM or TPM"
    return ""


def are_mixed(samples: list[np.ndarray]) -> bool:
    """Say whether counts and CPM or TPM stand side by side."""
    whole = [bool((s == np.rint(s)).all()) and abs(s.sum() / 1e6 - 1) > 0.01 for s in samples if len(s)]
    scaled = [abs(s.sum() / 1e6 - 1) < 1e-3 and bool((s != np.rint(s)).any()) for s in samples if len(s)]
    return any(whole) and any(scaled) and sum(whole) + sum(scaled) == len(whole)


def are_scaled_whole(samples: Sequence[np.ndarray]) -> bool:
    """Say whether whole numbers are CPM or TPM without decimals: samples sum to nearly a million, though not all to the same.

    Counts that were drawn to one depth sum to the same.
    """
    sums = np.array([sample.sum() for sample in samples if len(sample) > _FEWEST])
    slack = _NEAR if len(sums) < 3 else 4 * _NEAR
    return bool(len(sums) and np.all(np.abs(sums / 1e6 - 1) < slack) and (len(set(sums)) > 1 or sums[0] != 1e6))


def scaled_whole(samples: Sequence[np.ndarray], largest: float) -> str:
    """Return why whole numbers are no counts but scaled, in a sentence; '' where they may be counts.

    Args:
        samples: values above zero.
        largest: more than any sequencing gives of one sample.
    """
    if are_scaled_whole(samples):
        return "Values are whole numbers, and each sample sums to a million, as counts never do."
    sums = [float(sample.sum()) for sample in samples if len(sample)]
    if not sums or float(np.median(sums)) <= largest:
        return ""
    about = f"Samples sum to {min(sums):,.0f} to {max(sums):,.0f}, more than any sequencing gives"
    return f"{about}: they are sums of coverage, as recount's, or were scaled."


def unlike_samples(samples: list[np.ndarray]) -> str:
    """Return what different things samples hold, in a sentence; '' where they are alike."""
    if are_logs_beside_others(samples):
        return "Some samples hold logs, others values that are none."
    if are_mixed(samples):
        return "Some samples hold whole numbers only, others fractions that sum to a million."
    return "All hold whole numbers; some samples sum to a million, others don't." if are_mixed_whole(samples) else ""


def are_mixed_whole(samples: Sequence[np.ndarray]) -> bool:
    """Say whether CPM or TPM without decimals stand beside counts: two samples or more sum to nearly a million, others don't."""
    sums = np.array([sample.sum() for sample in samples if len(sample) > _FEWEST])
    near = (np.abs(sums / 1e6 - 1) < _NEAR) & (sums != 1e6)
    if not all((sample == np.rint(sample)).all() for sample in samples):
        return False
    return bool(near.sum() > 1 and (np.abs(sums / 1e6 - 1) > 0.01).any())


def all_round(sums: np.ndarray) -> bool:
    """Say whether samples sum to a million, ten thousand, a hundred or one: each to within a hundredth."""
    wholes = np.array([*_WHOLES, 1.0])
    return bool(np.all(np.abs(sums[:, None] / wholes - 1).min(axis=1) < 0.01))


def are_logs_beside_others(samples: Sequence[np.ndarray]) -> bool:
    """Say whether some samples are logs and others are not: many values and none far above the mean, beside thousands."""
    shapes = [(float(row.max()), float(row.max() / row.mean())) for row in samples if len(row) > _FEWEST]
    broken = [float(np.mean(row != np.rint(row))) > _BROKEN for row in samples if len(row) > _FEWEST]
    logs = [
        high <= _LARGEST_LOG and tail < (_TAIL_OF_LOGS if each else _TAIL_OF_WHOLE_LOGS)
        for (high, tail), each in zip(shapes, broken, strict=True)
    ]
    others = [high > _HUNDRED * _LARGEST_LOG / 2 and tail > 2 * _TAIL_OF_LOGS for high, tail in shapes]
    return any(logs) and any(others)


def whole_and_broken(values: Matrix) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the samples that hold whole numbers alone, and those that hold mostly fractions."""
    genes = np.unique(np.linspace(0, values.shape[1] - 1, min(_GENES, values.shape[1])).astype(int))
    of_whole, of_broken = np.zeros(values.shape[0], bool), np.zeros(values.shape[0], bool)
    for start in range(0, values.shape[0], 256):
        block = values[start : start + 256][:, genes]
        some = np.nan_to_num(np.asarray(block.toarray() if sparse.issparse(block) else block, np.float64))
        filled, broken = np.count_nonzero(some, axis=1), np.count_nonzero(some != np.rint(some), axis=1)
        many = filled >= _HUNDRED
        of_whole[start : start + 256] = many & (broken == 0)
        of_broken[start : start + 256] = many & (2 * broken > filled)
    return np.flatnonzero(of_whole), np.flatnonzero(of_broken)
