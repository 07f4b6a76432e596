"""Donors: samples that belong together and are never split over training and test."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.choices import NO_GROUPS
from generain_core.cohort.outcome.recognize import column_of, texts_of

MOST_SAMPLES = 6.0
"""Samples of a donor, on average, up to which a column or a part of names is taken for donors."""
_DONOR = re.compile(
    r"donor|patient|individual|subject|participant|person|case[-_ ]?id|animal|mouse|volunteer|proband",
    re.IGNORECASE,
)
_REPLICATE = re.compile(r"[-_. ]?(?:rep|replicate|r|lane|run|l|tech)[-_. ]?\d{1,3}$", re.IGNORECASE)
_PART = re.compile(r"[-_.: /|]+")


@dataclass(frozen=True, eq=False)
class Groups:
    """Which samples belong together.

    Attributes:
        codes: of each sample, from 0.
        source: the column; ``names`` where the samples' names tell, '' where each sample stands for itself.
        recognized: whether nobody said so.
    """

    codes: NDArray[np.intp]
    source: str
    recognized: bool

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
    each = np.arange(len(samples))
    if choice == NO_GROUPS and NO_GROUPS not in obs.columns:
        return Groups(each, "", False)
    if choice is not None:
        return Groups(_codes(texts_of(column_of(obs, choice))), choice, False)
    for name in map(str, obs.columns):
        if _DONOR.search(name) and isinstance(obs[name], pd.Series):
            texts = texts_of(obs[name])
            if _may_be_donors(texts):
                return Groups(_codes(texts), name, True)
    texts = _by_names(samples)
    return Groups(_codes(texts), "names", True) if texts else Groups(each, "", True)


def _codes(texts: Sequence[str]) -> NDArray[np.intp]:
    """Return a number for each text; samples without one stand for themselves."""
    own = [text or f"\0{i}" for i, text in enumerate(texts)]
    return np.asarray(pd.factorize(np.array(own, dtype=object))[0], dtype=np.intp)


def _may_be_donors(texts: Sequence[str]) -> bool:
    """Say whether values repeat as those of donors do: some, not many times."""
    given = [text for text in texts if text]
    count = len(set(given))
    return 2 <= count < len(given) <= MOST_SAMPLES * count


def _by_names(samples: Sequence[str]) -> list[str]:
    """Return the part of names that repeats as donors do; empty where none does."""
    bare = [_REPLICATE.sub("", name) for name in samples]
    if len(set(bare)) < len(samples) and _may_be_donors(bare) and len(set(bare)) >= 5:
        return bare
    parts = [_PART.split(name) for name in samples]
    for length in range(min(map(len, parts)) - 1, 0, -1):
        starts = ["-".join(part[:length]) for part in parts]
        if _may_be_donors(starts) and len(set(starts)) >= 5 and any(map(str.isdigit, "".join(starts))):
            return starts
    return []
