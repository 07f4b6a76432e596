"""Reasons why genes are alike, as they are told, and when something counts as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["position", "family", "attribute", "neighbors", "expression", "none"]
LEVEL = 0.05
"""Share of random pairs (lists) of which anything at all is said."""
RANDOM_LISTS = 199


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason why genes are alike.

    Attributes:
        kind: of what sort it is.
        text: in a few words.
        genes: those it rests on.
        attributes: those it rests on.
        observed, expected, p_value: what was counted, its mean over random genes of like expression and biotype, and how often
            these show as much; NaN where nothing is counted.
    """

    kind: Kind
    text: str
    genes: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    observed: float = float("nan")
    expected: float = float("nan")
    p_value: float = float("nan")


@dataclass(frozen=True)
class CommonNeighbor:
    """A gene that is near to both, or to half of a list.

    Attributes:
        gene: its name.
        cosine: mean cosine to the genes that are asked about.
        attributes: those in which it is among the top 1 % of all genes, the highest first, nearly the same ones once.
    """

    gene: str
    cosine: float
    attributes: tuple[str, ...] = ()


def share(observed: float, null: np.ndarray) -> float:
    """Return how often random pairs (lists) show as much or more, what is seen counted with them."""
    return float((1 + (null >= observed - 1e-12).sum()) / (1 + len(null)))


def standing(reasons: Sequence[Reason | None], tests: int) -> list[Reason]:
    """Return the reasons that stand when as many tests were made: by Holm, so that of random genes hardly anything is said.

    Those without a p-value, such as a place on the chromosome, stand by themselves.

    Args:
        reasons: what was found, in the order in which it is told; None where there is nothing.
        tests: how many p-values were computed, those of reasons that were not found too.
    """
    tested = sorted((reason for reason in reasons if reason is not None and reason.p_value == reason.p_value), key=_p_value)
    kept: list[Reason] = []
    for place, reason in enumerate(tested):
        if reason.p_value > LEVEL / (tests - place):
            break
        kept.append(reason)
    return [reason for reason in reasons if reason is not None and (reason.p_value != reason.p_value or reason in kept)]


def _p_value(reason: Reason) -> float:
    return reason.p_value
