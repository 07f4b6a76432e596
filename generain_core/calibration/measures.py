"""What a simulated experiment tells of a number, and the sums of many experiments, from which share and interval are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Quantity = Literal["level", "power", "coverage", "bias", "false discoveries", "calibration"]
NOMINALS = (0.05, 0.01)


class Key(NamedTuple):
    """What a measure is of: a number of the product, or of an independent method, in a space, and what is asked of it."""

    number: str
    space: str
    quantity: Quantity
    nominal: float
    method: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What one experiment tells: the mean over `weight` numbers that were given, of `asked` that were asked for."""

    key: Key
    value: float
    weight: float
    asked: float


@dataclass
class Sums:
    """Sums over experiments; enough for a mean, its interval and the share of numbers that were given.

    Attributes:
        trials: experiments that gave the number.
        asked: numbers that were asked for.
        w, wv, ww, wwv, wwvv: sums of weights, weights × values, and of their products with weights.
        nominal: sum of weights × nominal values, where these differ between experiments.
        single: whether each experiment gave one number, which is 0 or 1.
    """

    trials: int = 0
    asked: float = 0.0
    w: float = 0.0
    wv: float = 0.0
    ww: float = 0.0
    wwv: float = 0.0
    wwvv: float = 0.0
    single: bool = True

    def add(self, measure: Measure) -> None:
        """Add what one experiment told."""
        self.asked += measure.asked
        if not measure.weight > 0:
            return
        w, v = measure.weight, measure.value
        self.trials += 1
        self.w, self.wv = self.w + w, self.wv + w * v
        self.ww, self.wwv, self.wwvv = self.ww + w * w, self.wwv + w * w * v, self.wwvv + w * w * v * v
        self.single = self.single and w == 1 and v in (0.0, 1.0)

    def join(self, other: "Sums") -> None:
        """Add the sums of further experiments."""
        self.single = self.single and other.single
        for name in ("trials", "asked", "w", "wv", "ww", "wwv", "wwvv"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def mean(self) -> float:
        """Return the mean over all numbers that were given; NaN without any."""
        return self.wv / self.w if self.w else float("nan")

    def interval(self, *, share: bool, level: float = 0.95) -> tuple[float, float]:
        """Return the interval of the mean.

        Of single shares it is Wilson's (1927, doi 10.1080/01621459.1927.10502953). Where an experiment gives many numbers, which
        depend on each other, experiments are what is independent: the variance is that of a ratio of means (Cochran 1977), with
        Student's t; where all experiments agree, it is the interval of as many single shares.
        """
        from scipy.stats import t

        if not self.trials:
            return float("nan"), float("nan")
        mean, n = self.mean, self.trials
        variance = (self.wwvv - 2 * mean * self.wwv + mean**2 * self.ww) / self.w**2
        if share and (self.single or not variance > 1e-18):
            return wilson(mean, n, level)
        if n < 2:
            return (0.0, 1.0) if share else (float("-inf"), float("inf"))
        reach = float(t.ppf(0.5 + level / 2, n - 1) * np.sqrt(max(variance, 0.0) * n / (n - 1)))
        low, high = mean - reach, mean + reach
        return (max(0.0, low), min(1.0, high)) if share else (low, high)


def wilson(share: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share of n."""
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + level / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def rejections(
    number: str,
    p_values: ArrayLike,
    quantity: Quantity,
    *,
    space: str = "",
    method: str = "",
    nominals: Iterable[float] = NOMINALS,
) -> list[Measure]:
    """Return the shares of p-values that are at most the nominal levels; NaN is no answer."""
    p = np.atleast_1d(np.asarray(p_values, dtype=np.float64))
    there = p[np.isfinite(p)]
    return [
        Measure(
            key=Key(number, space, quantity, nominal, method),
            value=float((there <= nominal + 1e-12).mean()) if len(there) else 0.0,
            weight=float(len(there)),
            asked=float(len(p)),
        )
        for nominal in nominals
    ]


def single(number: str, value: float, quantity: Quantity, nominal: float, *, space: str = "", method: str = "") -> Measure:
    """Return a measure of one number; NaN is no answer."""
    there = bool(np.isfinite(value))
    key = Key(number, space, quantity, nominal, method)
    return Measure(key=key, value=float(value) if there else 0.0, weight=float(there), asked=1.0)


def false_discoveries(
    number: str, rates: ArrayLike, true: ArrayLike, *, space: str = "", method: str = "", nominal: float = 0.05
) -> list[Measure]:
    """Return the share of false ones among all found at a rate, 0 where none is, and the share of true ones that are found.

    Where nothing is true, the first is the share of experiments in which anything is found.
    """
    found = np.nan_to_num(np.asarray(rates, dtype=np.float64), nan=1.0) <= nominal
    acting = np.asarray(true, dtype=bool)
    asked = bool(np.isfinite(np.asarray(rates, dtype=np.float64)).any())
    share = float((found & ~acting).sum() / max(1, found.sum())) if asked else float("nan")
    measures = [single(number, share, "false discoveries", nominal, space=space, method=method)]
    if acting.any():
        power = float((found & acting).sum() / acting.sum()) if asked else float("nan")
        measures.append(single(number, power, "power", nominal, space=space, method=method))
    return measures
