"""How high known members of attributes stand among all genes: another proof of the order of genes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from generain_core import settings

LEAST_MEMBERS, LEAST_ATTRIBUTES = 5, 10
CLEARLY = 6.0


@dataclass(frozen=True)
class MemberAgreement:
    """How often a known member stands above a gene that is none: mean over attributes, the same in a shuffled order, attributes.

    Attributes:
        in_place: from 0 to 1; 0.5 by chance (area under the ROC curve).
        shuffled: the same where genes are shuffled.
        attributes: how many have known members.
        clearness: the difference from 0.5 in standard errors over attributes.
    """

    in_place: float
    shuffled: float
    attributes: int
    clearness: float

    @property
    def proved(self) -> bool:
        """Say whether known members clearly stand higher than others."""
        return self.clearness >= CLEARLY


def member_agreement(
    values: NDArray[np.floating], attributes: Sequence[str], genes: Sequence[str], sets: Mapping[str, Sequence[str]]
) -> MemberAgreement | None:
    """Compare the probabilities of known members with those of all other genes.

    Args:
        values: attributes × genes.
        attributes: their names.
        genes: in the order to be examined.
        sets: known members by the name of the set; matched to attributes whatever their case and punctuation.

    Returns:
        None where too few attributes have known members.
    """
    known = {folded(name): members for name, members in sets.items()}
    place = {gene: i for i, gene in enumerate(genes)}
    shuffled = np.random.default_rng(settings.SEED).permutation(len(genes))
    found = list[tuple[float, float]]()
    for attribute, line in zip(attributes, values, strict=True):
        rows = np.array([place[g] for g in known.get(folded(attribute), ()) if g in place], np.intp)
        if LEAST_MEMBERS <= len(rows) < len(genes) and np.isfinite(line).all():
            ranks = rankdata(line)
            found.append((_above(ranks[rows], len(genes)), _above(ranks[shuffled[rows]], len(genes))))
    if len(found) < LEAST_ATTRIBUTES:
        return None
    areas = np.array(found)
    error = float(areas[:, 0].std(ddof=1)) / float(np.sqrt(len(areas)))
    clearness = float(areas[:, 0].mean() - 0.5) / error if error > 0 else 0.0
    return MemberAgreement(float(areas[:, 0].mean()), float(areas[:, 1].mean()), len(areas), clearness)


def folded(name: str) -> str:
    """Return a name of an attribute without case, punctuation, and what was put behind it to tell it apart."""
    return " ".join(re.findall(r"[^\W_]+", re.sub(r" \[[^\]]*\]( \(\d+\))?$", "", name).casefold()))


def _above(ranks: NDArray[np.floating], genes: int) -> float:
    """Return the area under the ROC curve of genes with these ranks among all."""
    members = len(ranks)
    return float((ranks.sum() - members * (members + 1) / 2) / (members * (genes - members)))
