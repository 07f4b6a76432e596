"""An order of genes, proved or not: by their nearest genes, block by block, and by known members."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from generain_core.attributes.order.agreement import BLOCK, LEAST, NEAREST, Agreement, BlockAgreement, agreement, profiles_of
from generain_core.attributes.order.members import MemberAgreement, member_agreement
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.text import percent
from generain_core.vectors import open_vectors, vector_sets
from generain_core.vectors.space import GeneSpace

ATTRIBUTES = 300
"""Attributes whose probabilities make a gene's profile, evenly spaced."""
NO_SIGN = 3.0
"""Standard errors below which genes show no sign of being in place: values of other genes exceed them in one block of 700."""


@dataclass(frozen=True, kw_only=True)
class OrderProof:
    """What speaks for an order of the genes of the predictions.

    Attributes:
        source: where the names are from.
        vectors: by which vectors it was examined; '' where there are none.
        agreement: with nearest genes; None where it can't be told.
        members: agreement with known members; None where no gene sets are at hand.
    """

    source: str
    vectors: str
    agreement: Agreement | None
    members: MemberAgreement | None = None

    @property
    def proved(self) -> bool:
        """Say whether the order is proved, in every block."""
        by_neighbors = self.agreement is not None and all(block.proved for block in self.agreement.blocks)
        return by_neighbors and (self.members is None or self.members.proved)

    @property
    def refuted(self) -> bool:
        """Say whether the values are clearly of other genes: some agree better beside their place, or half show no agreement."""
        if self.agreement is None:
            return self.members is not None and self.members.clearness < NO_SIGN
        asked = [block for block in self.agreement.blocks if block.asked >= LEAST]
        without = sum(block.clearness < NO_SIGN for block in asked)
        return bool(self.shifted) or 2 * without >= len(asked) > 0

    @property
    def doubtful(self) -> tuple[BlockAgreement, ...]:
        """Return the blocks of genes that are not proved."""
        return tuple(block for block in self.agreement.blocks if not block.proved) if self.agreement else ()

    @property
    def shifted(self) -> tuple[BlockAgreement, ...]:
        """Return the blocks whose genes clearly agree better beside their place: names of another order."""
        return tuple(block for block in self.doubtful if block.shifted)

    def __str__(self) -> str:
        """Say what was found, in a sentence without a full stop."""
        if self.agreement is None:
            why = ": fewer than two dozen of its genes have vectors" if self.vectors else " without gene vectors"
            return f"the order of genes ({self.source}) can't be examined{why}{self._of_members()}"
        blocks, doubtful = self.agreement.blocks, self.doubtful
        sentence = (
            f"the order of genes ({self.source}): a gene's profile agrees with that of its {NEAREST} nearest genes in "
            f"{self.vectors} by {self.agreement.in_place:z.2f} on average, in a shuffled order by {self.agreement.shuffled:z.2f}"
        )
        sentence += self._of_members()
        if not doubtful:
            return f"{sentence}; {len(blocks):,} of {len(blocks):,} blocks of {BLOCK} genes are proved"
        where = ", ".join(f"{b.start + 1:,}–{b.stop:,}{_why(b)}" for b in doubtful[:3])
        more = " and more" if len(doubtful) > 3 else ""
        return (
            f"{sentence}; {len(blocks) - len(doubtful):,} of {len(blocks):,} blocks of {BLOCK} genes are proved, not genes "
            f"{where}{more}"
        )

    def _of_members(self) -> str:
        if self.members is None:
            return ""
        return (
            f"; known members of {self.members.attributes:,} attributes stand above other genes in "
            f"{percent(self.members.in_place)} of pairs, in a shuffled order in {percent(self.members.shuffled)}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "OrderProof":
        """Return what `as_dict` gave."""
        found, members = stored["agreement"], stored["members"]
        blocks = tuple(BlockAgreement(**block) for block in found["blocks"]) if found else ()
        return cls(
            source=stored["source"],
            vectors=stored["vectors"],
            agreement=Agreement(found["in_place"], found["shuffled"], blocks) if found else None,
            members=MemberAgreement(**members) if members else None,
        )


def _why(block: BlockAgreement) -> str:
    if block.asked == 0:
        return " (without vectors)"
    return f" (better shifted by {abs(block.shift)})" if block.shift and block.shifted else ""


def prove(
    values: np.ndarray,
    attributes: Sequence[str],
    genes: Sequence[str],
    source: str,
    space: GeneSpace | None,
    sets: Mapping[str, Sequence[str]] | None = None,
) -> OrderProof:
    """Examine an order of genes.

    Args:
        values: probabilities of `some_rows`, attributes × genes.
        attributes: their names.
        genes: in the order to be examined.
        source: where the names are from.
        space: gene vectors; without them nothing is proved.
        sets: known members by attribute, if they are at hand.
    """
    members = member_agreement(values, attributes, genes, sets) if sets else None
    if space is None:
        return OrderProof(source=source, vectors="", agreement=None, members=members)
    row = {gene: i for i, gene in enumerate(space.genes)}
    rows = np.array([row.get(gene, -1) for gene in genes], np.int64)
    unit = (np.asarray(space.vectors) / space.norms[:, None]).astype(np.float32)
    found = agreement(profiles_of(values), rows, unit)
    return OrderProof(source=source, vectors=space.name, agreement=found, members=members)


def some_rows(attributes: int) -> np.ndarray:
    """Return the rows of the attributes that make a gene's profile."""
    return np.unique(np.linspace(0, attributes - 1, min(attributes, ATTRIBUTES)).astype(np.intp))


def judging_vectors(release: Release) -> GeneSpace | None:
    """Return the vectors by which orders are proved; None where there are none that can be read."""
    try:
        return open_vectors(release) if vector_sets(release) else None
    except ReleaseError:
        return None
