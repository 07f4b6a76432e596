"""Which donors have several samples of one group, or stand in several strata."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.design.label_words import dose_of, hours_of
from generain_core.perturbations.design.labels import as_text
from generain_core.perturbations.donors.recognize import donor_column, donors_in_names, texts_of
from generain_core.perturbations.effects.analysis import usable_samples
from generain_core.text import echo, listed

APART, BY_NAMES = "none", "names"
"""Said in place of a column of donors: each sample stands for itself; the samples' names tell."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Repeats:
    """Which samples are of one donor.

    Attributes:
        donors: of each sample, '' where nothing is said.
        source: the column, or `BY_NAMES`.
        recognized: whether nobody said so.
        groups: of each sample a number, the same for samples of one donor, label, stratum and pair.
        several: how many donors have several samples of one group.
        crossed: how many have both perturbed and control samples.
        sure: whether they are taken for repeats; if not, they may be.
    """

    donors: tuple[str, ...]
    source: str
    recognized: bool
    groups: NDArray[np.int64]
    several: int
    crossed: int
    sure: bool = True

    @property
    def count(self) -> int:
        """Return how many donors there are."""
        return len(set(self.donors) - {""})

    def of_values(self) -> tuple[str, ...]:
        """Return the donor of each value, once samples are one."""
        first = np.unique(self.groups, return_index=True)[1]
        return tuple(self.donors[i] for i in first)


def find_repeats(obs: pd.DataFrame, design: Design, choice: str | None) -> Repeats | None:
    """Return the donors of samples, where these are known or recognized and some have several samples; else None.

    Donors of the strata's column stand in one stratum each, so nothing is to be done about them. Those of pairs are the pairs.

    Args:
        obs: one row a sample.
        design: who is compared with whom.
        choice: a column, `BY_NAMES`, `APART`, or None: as recognized.

    Raises:
        GeneRAINError: there is no such column, or names tell of no donors.
    """
    named = choice if choice != APART or APART in obs else None
    if named is not None and named not in obs and named != BY_NAMES:
        there = listed(list(map(str, obs.columns)), most=12) if len(obs.columns) else "none; join a sample sheet"
        raise GeneRAINError(f"There is no sample column {echo(named)} of donors; the columns are {there}.")
    source = named or design.pair_by or donor_column(obs.drop(columns=design.column)) or BY_NAMES
    if source in design.strata_by:
        return None
    by_names = source == BY_NAMES and BY_NAMES not in obs
    donors = donors_in_names(design.samples) if by_names else texts_of(obs[source])
    if not donors:
        if named is not None:
            raise GeneRAINError("The samples' names have no part that repeats as donors do; name a column of donors.")
        return None
    sure = not by_names or named is not None or _tell_donors(donors, as_text(obs[design.column]))
    if not sure and not _may_be_cultures(donors, as_text(obs[design.column])):
        return None
    groups = _groups(donors, design)
    rows = pd.DataFrame({"donor": donors, "group": groups, "control": design.is_control})
    rows = rows[usable_samples(design) & (rows["donor"] != "").to_numpy()]
    again = rows.groupby("group")["donor"].agg(["first", "size"])
    kinds = rows.groupby("donor")["control"].nunique()
    several, crossed = int(again.loc[again["size"] > 1, "first"].nunique()), int((kinds > 1).sum())
    over = rows.assign(stratum=design.strata[rows.index], label=design.labels[rows.index])
    spread = bool((over.groupby(["label", "donor"])["stratum"].nunique() > 1).any()) and design.pairs is None
    if not several and not (sure and (crossed or spread)):
        return None
    return Repeats(
        donors=tuple(donors),
        source=BY_NAMES if by_names else source,
        recognized=named is None and source != design.pair_by,
        groups=groups,
        several=several,
        crossed=crossed,
        sure=sure,
    )


def over_strata(repeats: Repeats, design: Design) -> dict[str, str]:
    """Return why perturbations can't be tested whose donors, or whose controls' donors, stand in several strata without pairs.

    Args:
        repeats: donors of the samples of the design.
        design: who is compared with whom.
    """
    if design.pairs is not None or len(design.stratum_names) < 2:
        return {}
    usable = usable_samples(design)
    rows = pd.DataFrame({"donor": repeats.donors, "label": design.labels, "stratum": design.strata})
    rows = rows[usable & (rows["donor"] != "").to_numpy()]
    again = rows.groupby(["label", "donor"])["stratum"].nunique()
    labels = set(again[again > 1].index.get_level_values("label"))
    why = (
        f"donors ({_words(repeats.source)}) stand in several strata ({' and '.join(design.strata_by)}), so strata are not "
        "independent: no p-value; leave the strata out for one value of each donor, or compare donors as pairs"
    )
    return {name: why for name in design.perturbations if name in labels or design.control in labels}


def _words(source: str) -> str:
    return "told by the samples' names" if source == BY_NAMES else f"column {source}"


def _groups(donors: Sequence[str], design: Design) -> NDArray[np.int64]:
    """Return a number of each sample: that of its donor, label, stratum and pair, or its own where one is not known."""
    pairs = design.pairs if design.pairs is not None else np.zeros(len(donors), dtype=np.int64)
    usable = usable_samples(design)
    keys = [
        (donor, design.labels[i], int(design.strata[i]), int(pairs[i])) if donor and usable[i] else (i,)
        for i, donor in enumerate(donors)
    ]
    place: dict[tuple[object, ...], int] = {}
    return np.array([place.setdefault(key, len(place)) for key in keys], dtype=np.int64)


def _tell_donors(donors: Sequence[str], labels: Sequence[str]) -> bool:
    """Say whether parts of names are of donors: not the labels themselves, and several of a label."""
    pairs = {(donor, label) for donor, label in zip(donors, labels, strict=True) if label}
    if len(pairs) == len({label for _, label in pairs}):
        return False
    return not any(_bare(label) in _bare(donor) for donor, label in pairs)


def _may_be_cultures(donors: Sequence[str], labels: Sequence[str]) -> bool:
    """Say whether parts of names that hold the label number several cultures of it; doses, times and guides are none."""
    pairs = {(donor, label) for donor, label in zip(donors, labels, strict=True) if label and _bare(label) in _bare(donor)}
    if len(pairs) == len({label for _, label in pairs}):
        return False
    for donor, label in pairs:
        rest = _bare(donor).replace(_bare(label), "", 1)
        words = [word for word in re.split(r"[-_. ]+", donor) if not word.isdigit()]
        if not rest.isdigit() or any(dose_of(word) or hours_of(word) is not None for word in words):
            return False
    return True


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
