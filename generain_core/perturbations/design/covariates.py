"""What is taken into account beside the perturbation: columns of the sample sheet as numbers or as kinds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.labels import as_text
from generain_core.text import echo, listed

AsWhat = Literal["number", "kinds"]
AS: tuple[AsWhat, ...] = ("number", "kinds")
_CODES = re.compile(
    r"batch|plate|lane|run|donor|patient|subject|individual|site|cent(?:er|re)|pool|flow.?cell|library|chip|sex|gender|group|id$",
    re.IGNORECASE,
)
"""Names of columns whose whole numbers stand for kinds."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Covariate:
    """A column that is taken into account.

    Attributes:
        name: of the column.
        as_what: a number, whose effect is a straight line, or kinds, each with an effect of its own.
        kinds: what they are, in the order they come; empty for a number.
        values: samples × columns of the model: the number, or 1 for a kind and 0 for the others, but for the first kind; NaN
            where there is no value.
    """

    name: str
    as_what: AsWhat
    kinds: tuple[str, ...]
    values: NDArray[np.float64]

    def take(self, keep: NDArray[np.bool_]) -> "Covariate":
        """Return the covariate of some of the samples."""
        return replace(self, values=self.values[keep])


def read_covariates(obs: pd.DataFrame, asked: Sequence[str], taken: Sequence[str] = ()) -> tuple[Covariate, ...]:
    """Return covariates from the columns of a sample table.

    A column of numbers is a number, but for whole numbers under a name such as batch, plate, donor or sex, which are kinds;
    ``COLUMN:kinds`` and ``COLUMN:number`` say it.

    Args:
        obs: one row a sample.
        asked: names of columns, each as it is or with what it is read as.
        taken: columns that say who is compared with whom, which can't be covariates too.

    Raises:
        GeneRAINError: there is no such column, it is in use already, has one value only, no numbers where these are asked for,
            or a kind for nearly every sample.
    """
    covariates = list[Covariate]()
    for word in dict.fromkeys(asked):
        name, as_what = word, ""
        if word not in obs and ":" in word:
            name, as_what = word.rsplit(":", 1)
        if name not in obs:
            there = listed(list(map(str, obs.columns)), most=12) if len(obs.columns) else "none; join a sample sheet"
            raise GeneRAINError(f"There is no sample column {echo(name)} for a covariate; the columns are {there}.")
        if as_what and as_what not in AS:
            raise GeneRAINError(f"{echo(name)} can't be read as {echo(as_what)}; say {name}:number or {name}:kinds.")
        if name in taken:
            raise GeneRAINError(
                f"{echo(name)} says who is compared with whom already, so it can't be a covariate too; leave it out."
            )
        covariates.append(_covariate(name, obs[name], as_what))
    return tuple(covariates)


def is_missing(covariates: Sequence[Covariate], samples: int) -> NDArray[np.bool_]:
    """Return which samples lack the value of a covariate."""
    missing = np.zeros(samples, dtype=bool)
    for covariate in covariates:
        missing |= np.isnan(covariate.values).any(1)
    return missing


def columns_of(covariates: Sequence[Covariate]) -> NDArray[np.float64] | None:
    """Return the columns of all covariates side by side; None without any."""
    return np.hstack([covariate.values for covariate in covariates]) if covariates else None


def _covariate(name: str, column: "pd.Series", as_what: str) -> Covariate:
    texts = np.array(as_text(column), dtype=object)
    there = texts != ""
    numbers = pd.to_numeric(pd.Series(texts).where(there), errors="coerce").to_numpy(np.float64)
    numeric = bool(there.any()) and bool(np.isfinite(numbers[there]).all())
    if len(set(texts[there])) < 2:
        raise GeneRAINError(f"The covariate {echo(name)} has the same value in all samples, or none; leave it out.")
    if as_what == "number" and not numeric:
        odd = [str(text) for text in dict.fromkeys(texts[there & ~np.isfinite(numbers)])]
        raise GeneRAINError(f"The covariate {echo(name)} is not all numbers ({listed(odd, most=4)}); take it as {name}:kinds.")
    codes = numeric and bool(_CODES.search(name)) and bool((numbers[there] == np.rint(numbers[there])).all())
    if numeric and as_what != "kinds" and (as_what == "number" or not codes):
        return Covariate(name=name, as_what="number", kinds=(), values=np.where(there, numbers, np.nan)[:, None])
    kinds = tuple(sorted(set(map(str, texts[there]))))
    if len(kinds) > 2 and len(kinds) > there.sum() / 2:
        raise GeneRAINError(
            f"The covariate {echo(name)} has {len(kinds)} kinds in {int(there.sum())} samples, which leaves next to nothing to "
            "compare; leave it out, or give kinds that several samples share."
        )
    values = np.array([[float(text == kind) for kind in kinds[1:]] for text in texts])
    values[~there] = np.nan
    return Covariate(name=name, as_what="kinds", kinds=kinds, values=values)
