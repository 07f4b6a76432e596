"""From which base logs were taken: judged by what undoing them gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np

from generain_core.samples.interpret.signs.rounding import half_step

_BASES = ((2.0, "2"), (np.e, "e"), (10.0, "10"))
_LARGEST_GENE = 1e9
"""No gene has more reads than this in one sample."""
_ROUND_TOTALS = (1e6, 1e4)
_SHARE = 0.95
_OTHERS = 0.7
_ENOUGH = 20
_KINDS = 4
_LARGE, _FEW = 500, 5


@dataclass(frozen=True)
class LogBase:
    """How to undo a log: value = base ** x, less what was added before.

    Attributes:
        base: 2, e (2.718…) or 10.
        plus_one: whether 1 was added before the log.
        certain: whether the values themselves tell, or it is only the likeliest choice.
        why: one sentence.
        zero_at: the value that stands for zero, where something else than 1 was added; None else.
        own_zeros: whether each sample's smallest value stands for its zeros, as of voom, which adds half a read.
    """

    base: float
    plus_one: bool
    certain: bool
    why: str
    zero_at: float | None = None
    own_zeros: bool = False

    @property
    def added(self) -> float:
        """Return what was added before the log."""
        return float(self.plus_one) if self.zero_at is None else float(self.base**self.zero_at)

    @property
    def formula(self) -> str:
        """Return the log as it is written: ``log2(x + 1)``."""
        name = next((name for base, name in _BASES if base == self.base), f"{self.base:g}")
        if self.own_zeros:
            return f"{'ln' if name == 'e' else 'log' + name}(x + what was added to each sample)"
        return f"{'ln' if name == 'e' else 'log' + name}({f'x + {self.added:.3g}' if self.added else 'x'})"


class SaidOfLog(TypedDict, total=False):
    """What of the corrections tells a log: base, and whether 1 was added where nothing else stands for zero."""

    base: float
    plus_one: bool


def said_of_log(log: LogBase) -> SaidOfLog:
    """Return what is to be said for a log; where a value stands for zero, it does in whatever base."""
    if log.zero_at is not None or log.own_zeros:
        return {"base": log.base}
    return {"base": log.base, "plus_one": log.plus_one}


def logs_offered(inferred: LogBase) -> dict[str, SaidOfLog]:
    """Return the logs that may be taken instead of the inferred one, itself among them, as they are written → what to say."""
    ways = (True, False) if inferred.zero_at is None and not inferred.own_zeros else (False,)
    logs = [replace(inferred, base=base, plus_one=plus or inferred.own_zeros) for base, _ in _BASES for plus in ways]
    return {log.formula: said_of_log(log) for log in logs}


def infer_base(
    samples: Sequence[np.ndarray],
    *,
    zeros: bool,
    maximum: float,
    decimals: int | None = None,
    zero_at: float | None = None,
    offsets: Sequence[bool] = (True, False),
    own_zeros: bool = False,
) -> LogBase:
    """Infer base and offset from samples' values above zero, by what undoing each gives.

    With the right base, counts become whole numbers again, depth-scaled counts whole multiples of the smallest value of their
    sample, and CPM or TPM sum to a million in each sample. A base that would give a gene more than a billion reads is none.
    Without such a sign the base is not certain.

    Args:
        samples: of each sample, its values above zero.
        zeros: whether there are values of zero, which a log without + 1 hardly has.
        maximum: of all values.
        decimals: with how many decimals the values were written, None for more than four.
        zero_at: the value other than zero that stands for zero, where there is one.
        offsets: whether 1 may have been added, where no zero tells.
        own_zeros: whether values are given as they lie above their sample's smallest, which stands for zero.
    """
    filled = [s for s in samples if len(s) > 1]
    offsets = (True,) if zeros else (False,) if zero_at is not None else offsets
    candidates = [
        LogBase(base, plus, False, "", zero_at, own_zeros)
        for base, _ in _BASES
        for plus in offsets
        if maximum * np.log10(base) <= np.log10(_LARGEST_GENE)
    ]
    if not candidates:
        candidates = [LogBase(2.0, offsets[0], False, "", zero_at, own_zeros)]
    sign = _by_whole_numbers(filled, candidates, decimals) or _by_multiples(filled, candidates, decimals)
    sign = sign or (None if own_zeros else _by_totals(filled, candidates, decimals))
    if sign:
        return sign
    likeliest = replace(candidates[0], plus_one=zeros if zero_at is None else False)
    if len({candidate.base for candidate in candidates}) == 1 and maximum > 1:
        why = f"Values go up to {maximum:.3g}: another base would give a gene more than a billion reads."
        return replace(likeliest, certain=True, why=f"{why} {_offset(likeliest, zeros)}")
    return replace(likeliest, why=f"The values don't tell the base; base 2 is the commonest. {_offset(likeliest, zeros)}")


def _offset(log: LogBase, zeros: bool) -> str:
    if log.own_zeros:
        return "Each sample's smallest value, which stands in many cells, stands for zero."
    if log.zero_at is not None:
        return f"The commonest small value, {log.zero_at:.4g}, stands for zero, so {log.added:.3g} was added before the log."
    return (
        "There are zeros, so 1 was added before the log." if zeros else "There are no zeros, so nothing was added before the log."
    )


def undo(values: np.ndarray, log: LogBase) -> np.ndarray:
    """Return values before a log was taken."""
    return np.asarray(np.power(log.base, values) - log.added)


def _by_whole_numbers(samples: Sequence[np.ndarray], candidates: Sequence[LogBase], decimals: int | None) -> LogBase | None:
    """Return the log whose undoing gives whole numbers, several different ones, where no other base does so half as well."""
    shares = {log: _whole_share(samples, log, decimals) for log in candidates}
    best = _alone(shares)
    if best is None:
        return None
    return replace(
        best, certain=True, why=f"Read as {best.formula}, {100 * shares[best]:.0f} % of the values become whole numbers."
    )


def _by_multiples(samples: Sequence[np.ndarray], candidates: Sequence[LogBase], decimals: int | None) -> LogBase | None:
    """Return the log whose undoing gives whole multiples of each sample's smallest value; rounded values can't tell."""
    if decimals is not None:
        return None
    shares = {log: whole_multiples([undo(s, log) for s in samples]) for log in candidates}
    best = _alone(shares)
    if best is None:
        return None
    share = f"{100 * shares[best]:.0f} % of the values become whole multiples of each sample's smallest value"
    return replace(best, certain=True, why=f"Read as {best.formula}, {share}.")


def _by_totals(samples: Sequence[np.ndarray], candidates: Sequence[LogBase], decimals: int | None) -> LogBase | None:
    """Return the log whose undoing gives each sample the same round total, where no other does."""
    if len(samples) < 2:
        return None
    slack = 2e-3 + 0.5 * half_step(decimals)
    of_bases: dict[float, list[tuple[float, float, LogBase]]] = {}
    for log in candidates:
        totals = np.array([undo(s, log).sum() for s in samples])
        middle = float(np.median(totals))
        if middle <= 0:
            continue
        whole = min(_ROUND_TOTALS, key=lambda total: abs(np.log(middle / total)))
        of_bases.setdefault(log.base, []).append((float(np.max(np.abs(totals / whole - 1))), middle, log))
    nearest = sorted((min(each) for each in of_bases.values()), key=lambda each: each[0])
    if not nearest or nearest[0][0] > slack or (len(nearest) > 1 and nearest[1][0] < 10 * slack):
        return None
    _, middle, best = nearest[0]
    return replace(best, certain=True, why=f"Read as {best.formula}, each sample sums to about {middle:,.0f}.")


def _alone(shares: dict[LogBase, float]) -> LogBase | None:
    best = max(shares, key=lambda log: shares[log], default=None)
    if best is None or shares[best] < _SHARE:
        return None
    others = [share for log, share in shares.items() if log.base != best.base]
    return best if max(others, default=0.0) < _OTHERS else None


def _whole_share(samples: Sequence[np.ndarray], log: LogBase, decimals: int | None) -> float:
    """Return the share of different values that become whole numbers, among those that rounding leaves exact enough to tell."""
    if not samples:
        return 0.0
    most = 1000.0 if decimals is None else min(1000.0, 0.03 / (np.log(log.base) * half_step(decimals)))
    values = undo(np.unique(np.round(np.concatenate(list(samples)), 6)), log)
    values = values[(values > 0.1) & (values + log.added < most)]
    near = np.abs(values - np.rint(values)) < 0.02 + values * half_step(decimals) * np.log(log.base)
    if len(values) < _ENOUGH and (len(values) < _KINDS or len(np.unique(np.rint(values[near]))) < _KINDS):
        return 0.0
    return float(np.mean(near))


def whole_multiples(samples: Sequence[np.ndarray], *, exact: bool = False) -> float:
    """Return the share of values that are whole multiples of the smallest value above zero of their sample.

    Small logs are nearly such multiples too; so, of values that are not rounded (`exact`), the large ones must be as well.
    """
    ratios = [s[s > 0] / s[s > 0].min() for s in samples if (s > 0).any()]
    values = np.concatenate([r[(r > 1.001) & (r < 20)] for r in ratios]) if ratios else np.empty(0)
    share = float(np.mean(np.abs(values - np.rint(values)) < 0.02)) if len(values) > _ENOUGH else 0.0
    large = np.concatenate([r[(r >= 5) & (r < _LARGE)] for r in ratios]) if ratios else np.empty(0)
    if exact and len(large) >= _FEW:
        slack = 0.02 + large * max(1e-6, *(5e-7 / s[s > 0].min() for s in samples if (s > 0).any()))
        share = min(share, float(np.mean(np.abs(large - np.rint(large)) < np.minimum(slack, 0.25))))
    return share
