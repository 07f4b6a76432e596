"""The proof of a store's order of genes: examined once, kept beside the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generain_core.attributes.order.proof import OrderProof, judging_vectors, prove, some_rows
from generain_core.attributes.released_sets import released_sets
from generain_core.storage import cache

if TYPE_CHECKING:
    from generain_core.attributes.store.attribute_store import AttributeStore
    from generain_core.release.files import Release

KIND = "attribute-order"
FORMAT = 1


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
