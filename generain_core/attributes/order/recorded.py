"""The proof of a store's order of genes: examined once, kept beside the store, as is that somebody takes it nevertheless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generain_core.attributes.order.proof import OrderProof, judging_vectors, prove, some_rows
from generain_core.attributes.released_sets import released_sets
from generain_core.errors import ReleaseError
from generain_core.storage import cache

if TYPE_CHECKING:
    from generain_core.attributes.store.attribute_store import AttributeStore
    from generain_core.release.files import Release

KIND, ACCEPTED = "attribute-order", "attribute-order-accepted"
FORMAT = 1
CONSENT = "generain attributes --prepare --even-if-unproved"
"""The command by which an order is taken although it is refuted."""


class RefutedOrder(ReleaseError):
    """Predictions that are clearly of other genes than they say.

    Attributes:
        found: the fault and what to do, without the command by which they are taken nevertheless.
    """

    def __init__(self, proof: OrderProof) -> None:
        self.found = (
            f"The predicted attributes are of other genes than they say, so nothing is told of them: {proof}. Take the table, "
            "its gene list and the vectors from one download"
        )
        super().__init__(
            f"{self.found}; if you know that the names are right, {CONSENT} has them taken as they are, with a warning."
        )


def refuse_refuted(release: Release, store: AttributeStore) -> None:
    """Refuse predictions whose order of genes is refuted, unless somebody has said to take them nevertheless.

    Raises:
        RefutedOrder: so it is; the message has the figures of this order and of a shuffled one.
        ReleaseError: gene sets of the release that can't be read.
    """
    proof = order_proof(release, store)
    if proof.refuted and not is_accepted(release, store):
        raise RefutedOrder(proof)


def accept_order(release: Release, store: AttributeStore) -> None:
    """Remember that this order of genes is to be taken although it is refuted, as long as the table and the vectors stay."""
    cache.store(ACCEPTED, _key(release, store), {}, {"accepted": True})


def is_accepted(release: Release, store: AttributeStore) -> bool:
    """Say whether somebody has said to take this order of genes nevertheless."""
    return cache.load(ACCEPTED, _key(release, store), meta=("accepted",)) is not None


def order_proof(release: Release, store: AttributeStore) -> OrderProof:
    """Return what speaks for the order of a store's genes; the first time it is examined, which takes some seconds.

    Raises:
        ReleaseError: gene sets of the release that can't be read.
    """
    key = _key(release, store)
    known = cache.load(KIND, key, meta=("proof",))
    if known is not None:
        return OrderProof.from_dict(known.meta["proof"])
    rows = some_rows(len(store.attributes))
    values = np.array(store.by_attribute[rows])
    names = [str(store.attributes[row]) for row in rows]
    proof = prove(values, names, store.genes, store.names, judging_vectors(release), released_sets(release))
    cache.store(KIND, key, {}, {"proof": proof.as_dict()})
    return proof


def _key(release: Release, store: AttributeStore) -> str:
    space = judging_vectors(release)
    sets = [key for key in ("annotation/gene_sets", "demo/gene_sets") if release.has(key)]
    return cache.key_of(
        FORMAT,
        store.fingerprint,
        store.names,
        space.fingerprint if space else "",
        *(cache.key_of_file(release.path(key)) for key in sets),
    )
