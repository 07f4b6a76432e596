"""From which base logs were taken: undone with the right one, they show what they were made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_BASES = ((2.0, "2"), (np.e, "e"), (10.0, "10"))


@dataclass(frozen=True)
class LogBase:
    """How to undo a log: value = base ** x, less 1 if `plus_one`.

    Attributes:
        base: 2, e (2.718…) or 10.
        plus_one: whether 1 was added before the log.
        certain: whether the values themselves tell, or it is the commonest choice.
        why: one sentence.
    """

    base: float
    plus_one: bool
    certain: bool
    why: str

    @property
    def formula(self) -> str:
        """Return the log as it is written: ``log2(x + 1)``."""
        name = next((name for base, name in _BASES if base == self.base), f"{self.base:g}")
        return f"{'ln' if name == 'e' else 'log' + name}({'x + 1' if self.plus_one else 'x'})"


def usual_logs() -> dict[str, tuple[float, bool]]:
    """Return the logs that are usual, as they are written → base and whether 1 was added."""
    return {LogBase(base, plus, True, "").formula: (base, plus) for base, _ in _BASES for plus in (True, False)}


def infer_base(samples: Sequence[np.ndarray], *, zeros: bool, maximum: float) -> LogBase:
    """Infer base and offset from samples' values above zero.

    With the right base, counts become whole numbers again, depth-scaled counts whole multiples of the smallest value of their
    sample, and CPM or TPM sum to the same in each sample. Without such a sign, values above 13.8 (the ln of a million) tell
    base 2; else base 2 is the commonest.

    Args:
        samples: of each sample, its values above zero.
        zeros: whether there are values of zero, which a log without + 1 hardly has.
        maximum: of all values.
    """
    filled = [s for s in samples if len(s) > 1]
    offsets = (True,) if zeros else (True, False)
    candidates = [(base, plus) for base, _ in _BASES for plus in offsets if maximum * np.log10(base) < 15]
    for test, words in ((_whole, "whole numbers"), (whole_multiples, "whole multiples of each sample's smallest value")):
        shares = {(base, plus): test([_undone(s, base, plus) for s in filled]) for base, plus in candidates}
        best = max(shares, key=lambda c: shares[c], default=None)
        if best and shares[best] > 0.9:
            found = LogBase(*best, True, "")
            said = f"Read as {found.formula}, {100 * shares[best]:.0f} % of the values become {words}."
            return LogBase(*best, True, said)
    if found_by_sums := _by_sums(filled, candidates):
        return found_by_sums
    if maximum > 13.8:
        why = f"Values go up to {maximum:.3g}, more than the ln or log10 of a million: base 2."
        return LogBase(2.0, zeros, True, f"{why} {_offset(zeros)}")
    return LogBase(2.0, zeros, False, f"The values don't tell the base; base 2 is the commonest. {_offset(zeros)}")


def _offset(zeros: bool) -> str:
    return (
        "There are zeros, so 1 was added before the log." if zeros else "There are no zeros, so nothing was added before the log."
    )


def _undone(values: np.ndarray, base: float, plus_one: bool) -> np.ndarray:
    return np.asarray(np.power(base, values) - plus_one)


def _by_sums(samples: Sequence[np.ndarray], candidates: Sequence[tuple[float, bool]]) -> LogBase | None:
    if len(samples) < 3 or len(candidates) < 2:
        return None
    totals = {c: np.array([_undone(s, *c).sum() for s in samples]) for c in candidates}
    spreads = {c: float(t.std() / t.mean()) for c, t in totals.items()}
    bases = sorted((min(spreads[c] for c in spreads if c[0] == base), base) for base in {c[0] for c in candidates})
    if bases[0][0] > 2e-3 or (len(bases) > 1 and bases[1][0] < 5 * bases[0][0]):
        return None
    best = min(spreads, key=lambda c: spreads[c])
    said = f"Read as {LogBase(*best, True, '').formula}, each sample sums to about {np.median(totals[best]):,.0f}."
    return LogBase(*best, True, said)


def _whole(samples: Sequence[np.ndarray]) -> float:
    """Return the share of whole numbers among values that the precision of float32 leaves exact enough to tell."""
    values = np.concatenate([s[s < 1000] for s in samples]) if samples else np.empty(0)
    values = values[values > 0.1]
    return float(np.mean(np.abs(values - np.rint(values)) < 0.02)) if len(values) > 20 else 0.0


def whole_multiples(samples: Sequence[np.ndarray]) -> float:
    """Return the share of values that are whole multiples of the smallest value above zero of their sample."""
    ratios = [s[s > 0] / s[s > 0].min() for s in samples if (s > 0).any()]
    values = np.concatenate([r[(r > 1.001) & (r < 20)] for r in ratios]) if ratios else np.empty(0)
    return float(np.mean(np.abs(values - np.rint(values)) < 0.02)) if len(values) > 20 else 0.0
