"""Covariates: what else is known of samples (age, sex, batch), as columns of numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from generain_core.cohort.outcome.numbers import are_dates, read_numbers
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.outcome.recognize import column_of
from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.labels import one_spelling
from generain_core.perturbations.donors.recognize import texts_of
from generain_core.text import echo

MOST_LEVELS = 30
MOST_COVARIATES = 20
_AGE = re.compile(r"(?:^|[^a-z])age(?:$|[^a-z])", re.IGNORECASE)
_SEX = re.compile(r"(?:^|[^a-z])(?:sex|gender)(?:$|[^a-z])", re.IGNORECASE)
_BATCH = re.compile(
    r"batch|plate|(?:^|[^a-z])(?:run|lane|flow ?cell|cent(?:er|re)|site|library prep|arrival|extraction)(?:$|[^a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Covariate:
    """A column of the sheet, as numbers.

    Attributes:
        name: of the column.
        role: ``age``, ``sex``, ``batch``, or ``other``.
        levels: names of its values; () for a number.
        values: samples × 1 of a number, NaN where none is given; samples × levels of 0 and 1 of words, 0 where none is given.
    """

    name: str
    role: str
    levels: tuple[str, ...]
    values: NDArray[np.float64]

    @property
    def codes(self) -> NDArray[np.intp]:
        """Return the level of each sample, -1 where none is given."""
        return np.where(self.values.any(1), self.values.argmax(1), -1)


def role_of(column: str) -> str:
    """Return what a column is by its name: ``age``, ``sex``, ``batch``, or ``other``."""
    name = column.replace("_", " ").replace(".", " ")
    named = (("age", _AGE), ("sex", _SEX), ("batch", _BATCH))
    return next((role for role, pattern in named if pattern.search(name)), "other")


def find_covariates(obs: pd.DataFrame, without: Sequence[str]) -> tuple[Covariate, ...]:
    """Return the covariates that are recognized by the names of their columns, at most the first 20."""
    found: list[Covariate] = []
    for name in map(str, obs.columns):
        if len(found) == MOST_COVARIATES:
            break
        if name not in without and role_of(name) != "other" and isinstance(obs[name], pd.Series):
            covariate = _read(obs, name)
            if covariate is not None:
                found.append(covariate)
    return tuple(found)


def read_covariates(obs: pd.DataFrame, names: Sequence[str]) -> tuple[Covariate, ...]:
    """Return columns as covariates.

    Raises:
        GeneRAINError: one isn't there, is constant, or has very many values.
    """
    found = []
    for name in dict.fromkeys(names):
        column_of(obs, name)
        covariate = _read(obs, name)
        if covariate is None:
            raise GeneRAINError(
                f"{echo(name)} can't be a covariate: it has one value, dates, or more than {MOST_LEVELS} different words; "
                "name a column of numbers or of a few words."
            )
        found.append(covariate)
    return tuple(found)


def levels_of(column: pd.Series, name: str) -> Covariate | None:
    """Return a column of few words or codes, each of two samples on average, as a covariate of levels; None for others."""
    texts = texts_of(column)
    filled = [text for text in texts if text]
    count = len(set(filled))
    if not 2 <= count <= min(MOST_LEVELS, len(filled) // 2):
        return None
    return _levels(texts, name)


def association(covariate: Covariate, outcome: Outcome, truth: NDArray[np.float64]) -> float:
    """Return the p-value by χ² or by Kruskal and Wallis (of time and event, by the event) that levels go with an outcome."""
    codes = covariate.codes
    known = codes >= 0
    values = truth[known] if truth.ndim == 1 else truth[known, 1]
    taken = codes[known]
    if len(np.unique(taken)) < 2 or len(np.unique(values)) < 2:
        return 1.0
    if outcome.kind is OutcomeKind.NUMBER:
        return float(stats.kruskal(*(values[taken == level] for level in np.unique(taken))).pvalue)
    return float(stats.chi2_contingency(pd.crosstab(taken, values).to_numpy(), correction=False).pvalue)


def design_matrix(covariates: Sequence[Covariate]) -> NDArray[np.float64]:
    """Return all covariates side by side, samples × columns."""
    return np.hstack([each.values for each in covariates])


def _read(obs: pd.DataFrame, name: str) -> Covariate | None:
    texts = texts_of(obs[name])
    filled = [text for text in texts if text]
    if len(set(filled)) < 2:
        return None
    numbers = None if role_of(name) in ("sex", "batch") else read_numbers(filled, name)
    if numbers is not None:
        column = np.full((len(texts), 1), np.nan)
        column[[bool(text) for text in texts], 0] = numbers[0]
        return Covariate(name, role_of(name), (), column)
    levels = len(set(one_spelling(texts).values()))
    if not 2 <= levels <= MOST_LEVELS or (are_dates(filled) and role_of(name) != "batch"):
        return None
    return _levels(texts, name)


def _levels(texts: Sequence[str], name: str) -> Covariate:
    """Return texts as a covariate of their values; ways of writing are taken together."""
    common = one_spelling(texts)
    levels = tuple(sorted(set(common.values())))
    place = {level: i for i, level in enumerate(levels)}
    codes = np.array([place[common[text]] if text else -1 for text in texts])
    return Covariate(name, role_of(name), levels, (codes[:, None] == np.arange(len(levels))).astype(float))
