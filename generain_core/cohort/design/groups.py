"""Donors: samples that belong together and are never split over training and test."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.choices import NO_GROUPS
from generain_core.cohort.outcome.recognize import column_of
from generain_core.perturbations.design.labels import one_spelling
from generain_core.perturbations.donors.recognize import (
    LEAST_DONORS,
    donor_column,
    donors_in_names,
    is_called_donor,
    may_be_donors,
    texts_of,
)

_ALSO = re.compile(r"submitter[ _.]?id|(?:^|[^a-z])(?:pt|pid|mrn|subj|pair)(?:$|[^a-z])", re.IGNORECASE)
"""Further names of columns of donors."""
_LONG = 16
"""Digits from which on a number is no longer read as one."""
_DIGITS = re.compile(r"\d+")
_PART = re.compile(r"[-_.: /|]+")


@dataclass(frozen=True, eq=False)
class Groups:
    """Which samples belong together.

    Attributes:
        codes: of each sample, from 0.
        source: the column; ``names`` where the samples' names tell, '' where each sample stands for itself.
        recognized: whether nobody said so.
        labels: of each sample, the name of its donor; '' where a sample stands for itself.
        merged: ways of writing that were taken for others, such as p01 for P01.
    """

    codes: NDArray[np.intp]
    source: str
    recognized: bool
    labels: tuple[str, ...]
    merged: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Return how many there are."""
        return len(np.unique(self.codes))


def find_groups(obs: pd.DataFrame, samples: Sequence[str], choice: str | None) -> Groups:
    """Return the donors of samples: of the column that is named, or as recognized.

    Args:
        obs: one row a sample.
        samples: their names.
        choice: a column, `NO_GROUPS`, or None to recognize donors by the name of a column or by repeated names.

    Raises:
        GeneRAINError: there is no such column.
    """
    each, alone = np.arange(len(samples)), ("",) * len(samples)
    if choice == NO_GROUPS and NO_GROUPS not in obs.columns:
        return Groups(each, "", False, alone)
    if choice is not None:
        return _of_texts(texts_of(column_of(obs, choice)), choice, recognized=False)
    if column := donor_column(obs):
        return _of_texts(texts_of(obs[column]), column, recognized=True)
    if column := next((name for name in map(str, obs.columns) if _repeats_often(obs, name)), ""):
        return _of_texts(texts_of(obs[column]), column, recognized=True)
    texts = _coarsest(donors_in_names(samples))
    return _of_texts(texts, "names", recognized=True) if texts else Groups(each, "", True, alone)


def _repeats_often(obs: pd.DataFrame, name: str) -> bool:
    """Say whether a column is called as donors are and repeats, however often, as in time courses."""
    if not (is_called_donor(name) or _ALSO.search(name)) or not isinstance(obs[name], pd.Series):
        return False
    values = [text for text in texts_of(obs[name]) if text]
    return LEAST_DONORS <= len(set(values)) < len(values)


def _coarsest(texts: Sequence[str]) -> list[str]:
    """Return the shortest beginning of names that still repeats as donors do: P00 of P00_pre and P00_post.

    Too coarse a part, such as that of a plate, costs folds; too fine a one splits donors, and scores come out too high.
    """
    parts = [_PART.split(text) for text in texts]
    for length in range(1, min(map(len, parts), default=1)):
        starts = ["-".join(part[:length]) for part in parts]
        if may_be_donors(starts) and len(set(starts)) >= LEAST_DONORS and all(any(map(str.isdigit, each)) for each in starts):
            return starts
    return list(texts)


def _of_texts(texts: Sequence[str], source: str, *, recognized: bool) -> Groups:
    """Return donors by their names, ways of writing taken together; samples without one stand for themselves."""
    texts = [str(int(text)) if _DIGITS.fullmatch(text) and len(text) < _LONG else text for text in texts]
    common = one_spelling(texts)
    labels = tuple(common[text] if text else "" for text in texts)
    known: dict[str | int, int] = {}
    codes = np.array([known.setdefault(label or i, len(known)) for i, label in enumerate(labels)], dtype=np.intp)
    merged = tuple(sorted(text for text, label in common.items() if text != label))
    return Groups(codes, source, recognized, labels, merged)
