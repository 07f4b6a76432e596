"""Donors: samples that belong together and are never split over training and test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.choices import NO_GROUPS
from generain_core.cohort.outcome.recognize import column_of
from generain_core.perturbations.donors.recognize import donor_column, donors_in_names, texts_of


@dataclass(frozen=True, eq=False)
class Groups:
    """Which samples belong together.

    Attributes:
        codes: of each sample, from 0.
        source: the column; ``names`` where the samples' names tell, '' where each sample stands for itself.
        recognized: whether nobody said so.
        labels: of each sample, the name of its donor; '' where a sample stands for itself.
    """

    codes: NDArray[np.intp]
    source: str
    recognized: bool
    labels: tuple[str, ...]

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
    texts = donors_in_names(samples)
    return _of_texts(texts, "names", recognized=True) if texts else Groups(each, "", True, alone)


def _of_texts(texts: Sequence[str], source: str, *, recognized: bool) -> Groups:
    """Return donors by their names; samples without one stand for themselves."""
    known: dict[str | int, int] = {}
    codes = np.array([known.setdefault(text or i, len(known)) for i, text in enumerate(texts)], dtype=np.intp)
    return Groups(codes, source, recognized, tuple(texts))
