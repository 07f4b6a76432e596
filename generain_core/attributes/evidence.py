"""How far a gene's predicted attribute can be believed: a grade from parts that are shown, or none.

Classifier and neighbors' vote both read the gene vectors and both learn from known members, so they may be wrong together:
they count as one source. The second is the vote of another network's vectors. It is a second, not an independent one: the
networks were trained on the same samples, and both votes learn from the same members. No grade is an experiment.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.attributes.known_members import KnownMembers
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.votes import VOTERS, Ballot, Vote, ballot_of, second_vectors, vote, vote_points
from generain_core.vectors.all_pairs import kept_hubness
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.hubness import HUB, Hubness

__all__ = ["RULE", "VOTERS", "Evidence", "Part", "classifier_points", "sources", "vote_points", "weigh"]

LEAST_MEMBERS = 5
LEAST_RELIABLE = 0.6
LOW_EXPRESSION = 25.0
VECTORS, SECOND, LEVEL = "gene vectors", "a second network's vectors", "expression level"
RULE = (
    "| points | classifier: percentile | neighbors' vote |\n|---|---|---|\n"
    "| 2 | 99 or more | p ≤ 0.001, 3 members or more |\n| 1 | 95 to 99 | p ≤ 0.05, 2 members or more |\n\n"
    f"The vote: among the {VOTERS} annotated genes nearest in the gene vectors, members of the attribute's gene set are counted "
    "and compared with chance (hypergeometric test against all annotated genes).\n\n"
    "| points together | grade |\n|---|---|\n| 4 | **A** |\n| 3 | **B** |\n| 2, one of each | **C** |\n"
    "| of one alone | **D** |\n\n"
    "One grade less each:\n- a **second vote** without points; where there is none, an A becomes a B\n"
    f"- mean expression in the lowest {LOW_EXPRESSION:.0f} % of genes, for there was little to learn from\n"
    f"- a hub (a gene {HUB:.0f} times as often among others' nearest as the average)\n\n"
    f"**No grade**: without a gene set for the attribute, with fewer than {LEAST_MEMBERS} known members or {VOTERS} annotated "
    f"genes, for a known member, where the attribute's own reliability is below {LEAST_RELIABLE}, or if neither classifier nor "
    "vote speaks for it.\n\n"
    "**Two sources, which are not independent.** Classifier and neighbors' vote both rest on the gene vectors and on the known "
    "members: they can be wrong together and count as one. The second is the vote in another network's vectors. Both "
    "networks were trained on the same samples; on the demo's members, the two votes together tell members from others better "
    "than the first alone (median AUROC .947 against .926). Of the published networks only one has lncRNAs, so that most of "
    "these have no second vote.\n\n"
    "All parts come from expression in bulk samples: a grade ranks hypotheses, it proves none."
)
GRADES = "ABCD"


@dataclass(frozen=True)
class Part:
    """One part of the evidence.

    Attributes:
        name, says: what it is, and what it says in words.
        points: None if it can't be told.
        rests_on: parts that rest on the same are one source.
        genes: those it is from.
    """

    name: str
    says: str
    points: int | None
    rests_on: str
    genes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Evidence:
    """What speaks for an attribute of a gene.

    Attributes:
        grade: A to D; '' if none is given.
        reason: one sentence on how the grade came about, or why there is none.
        parts: classifier, vote, second vote, expression, hubness; those that could be told.
        voters: the annotated genes that voted: gene, ensembl_gene, biotype, cosine, rank, member (bool).
    """

    gene: str
    attribute: str
    grade: str
    reason: str
    parts: tuple[Part, ...]
    voters: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return one row a part: gene, attribute, grade, part, says, points, rests_on, source_genes."""
        rows = [(part.name, part.says, part.points, part.rests_on, " ".join(part.genes)) for part in self.parts]
        table = pd.DataFrame(rows, columns=["part", "says", "points", "rests_on", "source_genes"])
        table.insert(0, "grade", self.grade or "none")
        table.insert(0, "attribute", self.attribute)
        table.insert(0, "gene", self.gene)
        return table.assign(points=table["points"].astype("Int64"))


@dataclass(frozen=True, eq=False)
class Ballots:
    """What is the same for all attributes of a gene.

    Attributes:
        percentiles: of the gene in each attribute.
        quality: expression and hubness.
        first, second: who votes in the gene vectors, and in a second network's; None where nobody can.
    """

    percentiles: np.ndarray
    quality: tuple[Part | None, ...]
    first: Ballot | None = None
    second: Ballot | None = None


def ballots_of(predictions: Predictions, atlas: Atlas, members: KnownMembers | None, gene: str) -> Ballots:
    """Return who votes on the attributes of a gene, and how it is expressed; the same for all of them."""
    hubs, percentiles = kept_hubness(atlas.space), predictions.store.percentiles(gene)
    quality = _expression(predictions, predictions.store.row(gene)), _hubness(hubs, atlas.space.row(gene))
    if members is None:
        return Ballots(percentiles, quality)
    space = second_vectors(predictions.release, atlas.space.name)
    second = ballot_of(predictions, space, members, gene) if space is not None else None
    return Ballots(percentiles, quality, ballot_of(predictions, atlas.space, members, gene), second)


def grades(
    predictions: Predictions, atlas: Atlas, members: KnownMembers | None, name: str, attributes: Sequence[str]
) -> list[tuple[str, str]]:
    """Return grade (A to D; '' if none is given) and reason of several attributes of a gene, as `weigh` has them.

    Raises:
        GeneRAINError: as `weigh`.
    """
    gene = predictions.gene(name)
    ballots = ballots_of(predictions, atlas, members, gene)
    weighed = (weigh(predictions, atlas, members, gene, attribute, ballots) for attribute in attributes)
    return [(each.grade, each.reason) for each in weighed]


def weigh(
    predictions: Predictions,
    atlas: Atlas,
    members: KnownMembers | None,
    name: str,
    attribute: str,
    ballots: Ballots | None = None,
) -> Evidence:
    """Weigh what speaks for an attribute of a gene, by `RULE`.

    Args:
        predictions: the probabilities.
        atlas: genes and vectors.
        members: who is known; None where nothing is.
        name: of the gene.
        attribute: its name.
        ballots: of the gene, if they are at hand.

    Raises:
        GeneRAINError: no such gene or attribute, or a gene without a vector.
    """
    gene, attribute = predictions.gene(name), predictions.attribute(attribute)
    place = predictions.store.place(attribute)
    ballots = ballots or ballots_of(predictions, atlas, members, gene)
    classifier, quality = _classifier(predictions, gene, place, float(ballots.percentiles[place])), ballots.quality
    first, voters = _vote(predictions, atlas, members, ballots, attribute)
    second = _second_vote(predictions, members, ballots, attribute)
    parts = tuple(part for part in (classifier, first, second, *quality) if part is not None)
    grade, reason = _grade(classifier, first, second, quality)
    why_not = _abstains(predictions, members, gene, attribute)
    if why_not:
        grade, reason = "", why_not
    return Evidence(gene, attribute, grade, reason, parts, voters)


def _classifier(predictions: Predictions, gene: str, place: int, percentile: float) -> Part:
    store = predictions.store
    if np.isnan(percentile):
        return Part("classifier", "no probability in this attribute", None, VECTORS)
    says = (
        f"probability {store.by_attribute[place, store.row(gene)]:.3f} (median of all genes {store.medians[place]:.3f}), "
        f"percentile {percentile:.2f}"
    )
    return Part("classifier", says, classifier_points(percentile), VECTORS, (gene,))


def classifier_points(percentile: float) -> int:
    """Return the points of a percentile in the attribute."""
    return 2 if percentile >= 99 else 1 if percentile >= 95 else 0


def _vote(
    predictions: Predictions, atlas: Atlas, members: KnownMembers | None, ballots: Ballots, attribute: str
) -> tuple[Part | None, pd.DataFrame]:
    found = vote(predictions, ballots.first, members, attribute) if members is not None else None
    if found is None:
        return None, pd.DataFrame(columns=["gene", "ensembl_gene", "biotype", "cosine", "rank", "member"])
    return _part_of("neighbors' vote", found, VECTORS), atlas.named(found.voters)


def _second_vote(predictions: Predictions, members: KnownMembers | None, ballots: Ballots, attribute: str) -> Part | None:
    """Return the vote in another network's vectors; None where there are none, or they lack the gene."""
    ballot = ballots.second
    found = vote(predictions, ballot, members, attribute) if members is not None else None
    if ballot is None or found is None:
        return None
    return _part_of("second vote", found, SECOND, f" in the vectors of {ballot.vectors}")


def _part_of(name: str, found: Vote, rests_on: str, where: str = "") -> Part:
    members = tuple(found.voters.loc[found.voters["member"], "gene"])
    return Part(name, found.words + where, found.points, rests_on, members)


def _expression(predictions: Predictions, row: int) -> Part | None:
    means = predictions.described["mean"].to_numpy(float)
    if np.isnan(means[row]):
        return None
    above = 100 * float((means < means[row]).sum()) / max(int((~np.isnan(means)).sum()) - 1, 1)
    says = f"mean {means[row]:.2f} (log10 of the depth-scaled count + 1), above {above:.0f} % of genes"
    return Part("expression", says, -1 if above < LOW_EXPRESSION else 0, LEVEL, (predictions.store.genes[row],))


def _hubness(found: Hubness, row: int) -> Part:
    times = found.times(row)
    of = "" if found.sampled >= len(found.counts) else " drawn as a sample"
    says = f"among the {found.k} nearest of {found.counts[row]:,} of {found.sampled:,} genes{of}, {times:.1f} times the average"
    return Part("hubness", says, -1 if times >= HUB else 0, VECTORS)


def sources(parts: Sequence[Part | None]) -> int:
    """Return how many sources speak of the function: the gene vectors, and a second network's."""
    return len({part.rests_on for part in parts if part is not None and part.points is not None} & {VECTORS, SECOND})


def _grade(classifier: Part, vote: Part | None, second: Part | None, quality: Sequence[Part | None]) -> tuple[str, str]:
    if classifier.points is None or vote is None or vote.points is None:
        return "", "Classifier or vote can't be told, and a grade takes both."
    if not classifier.points and not vote.points:
        return "", "Neither the classifier nor the neighbors speak for it."
    if not classifier.points or not vote.points:
        one, other = ("classifier speaks", "neighbors do") if classifier.points else ("neighbors speak", "classifier does")
        return "D", f"The {one} for it, but the {other} not."
    step = 4 - classifier.points - vote.points
    words = f"Classifier ({classifier.points} of 2) and neighbors ({vote.points} of 2) speak for it"
    lowered = {"expression": "low expression", "hubness": "a hub"}
    reasons = [lowered[part.name] for part in quality if part is not None and part.points == -1]
    if second is None:
        step = max(step, 1)
        words += "; no second network to ask: at best B"
    elif not second.points:
        reasons.insert(0, "a second network's neighbors that don't")
    else:
        words += f", a second network's neighbors too ({second.points} of 2)"
    less = f"; lowered for {' and '.join(reasons)}" if reasons else ""
    return GRADES[min(step + len(reasons), 3)], f"{words}{less}."


def _abstains(predictions: Predictions, known: KnownMembers | None, gene: str, attribute: str) -> str:
    store = predictions.store
    if known is None:
        return "No gene sets are at hand, so the neighbors can't vote; add them as a GMT file."
    members = known.of(attribute)
    if members is None:
        return f"None of the gene sets of {known.source} is called as this attribute, so the neighbors can't vote."
    if members[store.row(gene)]:
        return "It is a known member: that is no prediction."
    if members.sum() < LEAST_MEMBERS:
        return f"Only {int(members.sum())} known members have predictions, too few for a vote."
    column = store.roles.reliability
    if column and store.table[column].iloc[store.place(attribute)] < LEAST_RELIABLE:
        value = store.table[column].iloc[store.place(attribute)]
        return f"The attribute itself is predicted poorly ({column.replace('_', ' ').replace('auroc', 'AUROC')} {value:.2f})."
    return ""
