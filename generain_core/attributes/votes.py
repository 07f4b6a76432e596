"""The vote of a gene's annotated neighbors, in one network's vectors and in a second's."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.attributes.known_members import KnownMembers
from generain_core.attributes.predictions import Predictions
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES
from generain_core.text import significant
from generain_core.vectors.model_genes import open_model_vectors
from generain_core.vectors.open import vector_sets
from generain_core.vectors.space import GeneSpace

VOTERS = 30


@dataclass(frozen=True, eq=False)
class Vote:
    """How many of the nearest annotated genes are members.

    Attributes:
        count: members among the voters.
        expected: by chance.
        chance: probability of so many or more by chance: hypergeometric, against all annotated genes of the vectors.
        voters: gene, cosine, rank, member (bool), nearest first.
    """

    count: int
    expected: float
    chance: float
    voters: pd.DataFrame

    @property
    def points(self) -> int:
        """Return 2 for p ≤ 0.001 and 3 members or more, 1 for p ≤ 0.05 and 2, else 0."""
        return vote_points(self.count, self.chance)

    @property
    def words(self) -> str:
        """Return the numbers in words."""
        return f"{self.count} of the {VOTERS} nearest are members ({self.expected:.2f} expected, p = {significant(self.chance)})"


def vote_points(count: int, chance: float) -> int:
    """Return the points of so many members among the nearest, and of the probability of so many by chance."""
    return 2 if chance <= 0.001 and count >= 3 else 1 if chance <= 0.05 and count >= 2 else 0


@dataclass(frozen=True, eq=False)
class Ballot:
    """The annotated genes nearest to a gene in some vectors, who vote on every attribute of it.

    Attributes:
        rows: where each gene of the vectors stands in the predictions, -1 for those that have none.
        annotated: which genes of the vectors have a vote, the gene itself left out.
        nearest: gene, cosine, rank of the voters, nearest first.
        vectors: the name of the vectors.
    """

    rows: NDArray[np.intp]
    annotated: NDArray[np.bool_]
    nearest: pd.DataFrame
    vectors: str


def ballot_of(predictions: Predictions, space: GeneSpace, known: KnownMembers, gene: str) -> Ballot | None:
    """Return who votes on the attributes of a gene; None with fewer than 30, or where the vectors lack the gene."""
    if gene not in space:
        return None
    rows = store_rows(predictions, space)
    annotated = np.where(rows >= 0, known.annotated[rows], False)
    annotated[space.row(gene)] = False
    if annotated.sum() < VOTERS:
        return None
    nearest = space.neighbors(gene, VOTERS, annotated, reciprocal=False)[["gene", "cosine", "rank"]]
    return Ballot(rows, annotated, nearest, space.name)


def vote(predictions: Predictions, ballot: Ballot | None, known: KnownMembers, attribute: str) -> Vote | None:
    """Return the vote on an attribute; None without voters, or where nothing is known of its members."""
    from scipy.stats import hypergeom

    members = known.of(attribute)
    if members is None or ballot is None:
        return None
    table = ballot.nearest.assign(member=[bool(members[predictions.store.row(each)]) for each in ballot.nearest["gene"]])
    annotated = ballot.annotated
    count, total = int(table["member"].sum()), int(np.where(annotated, members[ballot.rows], False).sum())
    chance = float(hypergeom.sf(count - 1, int(annotated.sum()), total, VOTERS))
    return Vote(count, VOTERS * total / float(annotated.sum()), chance, table)


def neighbors_vote(predictions: Predictions, space: GeneSpace, known: KnownMembers, gene: str, attribute: str) -> Vote | None:
    """Return the vote of the annotated genes nearest to a gene; None with fewer than 30, or where the vectors lack the gene."""
    if known.of(attribute) is None:
        return None
    return vote(predictions, ballot_of(predictions, space, known, gene), known, attribute)


def store_rows(predictions: Predictions, space: GeneSpace) -> NDArray[np.intp]:
    """Return where each gene of some vectors stands in the predictions; -1 for those that have none."""
    store = predictions.store
    return np.array([store.row(gene) if gene in store else -1 for gene in space.genes], dtype=np.intp)


def network_of(vectors: str) -> str:
    """Return which network a vector set is from: GeneRAIN-vec is the gene embedding of the first."""
    return vectors if vectors in MODEL_NAMES else MODEL_NAMES[0]


def second_vectors(release: Release, first: str) -> GeneSpace | None:
    """Return the gene embedding of another network of a release than some vectors are from; None if there is none.

    The networks were trained on the same samples, so that what two of them say is no independent evidence. The first of
    `SECOND` that is there is taken.
    """
    there = {each.name for each in vector_sets(release)}
    name = next((each for each in SECOND if each in there and each != network_of(first)), None)
    return open_model_vectors(release, name) if name is not None else None


SECOND = ("BERT_Pred_Genes_Binning_By_Gene", "GPT_Binning_By_Gene", "GPT_protein_coding_lncRNAs")
"""Networks whose gene embedding is asked for a second vote, the one that is asked in another way first."""
