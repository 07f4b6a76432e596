"""Which genes are known members of an attribute: gene sets whose names match attributes' names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generain_core.attributes.order.members import folded
from generain_core.attributes.predictions import Predictions
from generain_core.errors import GeneRAINError

KNOWN, PREDICTED = "●", "○"


@dataclass(frozen=True, eq=False)
class KnownMembers:
    """Gene sets brought to the genes and attributes of a release.

    Attributes:
        source: where the sets are from.
        members: attribute → rows of its members in the store, ascending.
        annotated: which genes of the store are in any of the sets, whether it matches an attribute or not.
        sets: how many sets were given; those that match no attribute count only for `annotated`.
    """

    source: str
    members: Mapping[str, np.ndarray]
    annotated: np.ndarray
    sets: int

    def of(self, attribute: str) -> np.ndarray | None:
        """Return which genes are members (bool per gene of the store); None if no set has the attribute's name."""
        rows = self.members.get(attribute)
        if rows is None:
            return None
        mask = np.zeros(len(self.annotated), bool)
        mask[rows] = True
        return mask

    def marks(self, attribute: str, rows: np.ndarray) -> list[str]:
        """Return for each row of the store whether it is a known member (●) or predicted only (○); '' if it can't be told."""
        mask = self.of(attribute)
        return [""] * len(rows) if mask is None else [KNOWN if known else PREDICTED for known in mask[rows]]

    def mask(self, rows: Sequence[int], attributes: Sequence[str]) -> np.ndarray:
        """Return which rows of the store are known members of which attributes (rows × attributes, bool)."""
        members = [self.of(attribute) for attribute in attributes]
        return np.stack([mask[rows] if mask is not None else np.zeros(len(rows), bool) for mask in members], axis=1)

    def part(self, attribute: str, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return all members of an attribute, and those of some rows that are predicted only, by what they are called.

        Nothing, if no set has the attribute's name.
        """
        mask = self.of(attribute)
        return {} if mask is None else {"known members": np.flatnonzero(mask), "predicted only": rows[~mask[rows]]}

    def marks_of_gene(self, row: int, attributes: list[str]) -> list[str]:
        """Return the same for one gene in several attributes."""
        found = [self.members.get(attribute) for attribute in attributes]
        return ["" if rows is None else KNOWN if row in rows else PREDICTED for rows in found]


def match_sets(predictions: Predictions, sets: Mapping[str, tuple[str, ...]], source: str) -> KnownMembers:
    """Bring gene sets to the genes (by any of their names) and attributes (by name, whatever its case and punctuation).

    Raises:
        GeneRAINError: no set has the name of an attribute, or no member is a gene with predictions.
    """
    store = predictions.store
    names = list(dict.fromkeys(gene for members in sets.values() for gene in members))
    found = predictions.resolver.resolve_many(names)["gene"]
    row_of = {name: store.row(gene) for name, gene in zip(names, found, strict=True) if gene is not None and gene in store}
    by_name: dict[str, list[str]] = {}
    for attribute in map(str, store.attributes):
        by_name.setdefault(folded(attribute), []).append(attribute)
    members: dict[str, np.ndarray] = {}
    annotated = np.zeros(len(store.genes), bool)
    for name, genes in sets.items():
        rows = np.array(sorted({row_of[gene] for gene in genes if gene in row_of}), np.intp)
        annotated[rows] = True
        for attribute in by_name.get(folded(name), ()):
            members[attribute] = np.union1d(members[attribute], rows) if attribute in members else rows
    if not members:
        raise GeneRAINError(
            f"None of the {len(sets):,} gene sets of {source[:60]} is called as an attribute is, such as "
            f"“{next(iter(sets))[:60]}”; give the library that the attributes are from, e. g. of Enrichr."
        )
    if not annotated.any():
        raise GeneRAINError(f"None of the {len(names):,} members in {source[:60]} is a gene with predictions; give human genes.")
    return KnownMembers(source, members, annotated, len(sets))
