"""The predicted probabilities: all can be read, one a gene, from 0 to 1, and of the genes that they are said to be of."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from generain_core.attributes.order.choice import choose_order
from generain_core.attributes.order.proof import OrderProof, judging_vectors, prove
from generain_core.attributes.released_sets import released_sets
from generain_core.attributes.store.conversion import open_source
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.release.readers.predictions.blocks import Source
from generain_core.release.readers.token_index import read_token_index
from generain_core.vectors import vector_sets
from generain_core.verify.checks.agreement import belong
from generain_core.verify.checks.arrays import shared_rows
from generain_core.verify.checks.tables import share

_ATTRIBUTES = 300


def predictions(release: Release) -> str:
    """Check the predicted probabilities: all can be read, one a gene, from 0 to 1; genes alike in them are alike as vectors."""
    source = open_source(release)
    if not source.nameless and release.has("index/coding_lncrna"):
        share(
            source.genes, read_token_index(release.path("index/coding_lncrna")), "predictions", "coding_lncrna_gene_to_idx.json"
        )
    rows = len(source.metadata)
    if not rows:
        raise ReleaseError(f"{source.path.name} has no attribute; get it again.")
    kept, step, start = list[np.ndarray](), max(1, rows // _ATTRIBUTES), 0
    for block in source.blocks():
        if np.isnan(block).any():
            at = np.argwhere(np.isnan(block))[0] + (start, 0)
            gene, attribute = (int(i) for i in (at if source.by_gene else at[::-1]))
            raise ReleaseError(
                f"{source.path.name} lacks the probability of “{source.metadata.index[attribute]}” for {source.genes[gene]}; "
                "get it again."
            )
        kept.append(block[:, ::step] if source.by_gene else block[-start % step :: step])
        start += len(block)
    some = np.concatenate(kept) if source.by_gene else np.concatenate(kept).T
    sentence = f"{rows:,} rows, {len(source.genes):,} genes"
    rows_kept = list(range(0, rows, step))
    source, proof = _ordered(release, source, some.T, [str(source.metadata.index[row]) for row in rows_kept])
    sets = vector_sets(release)
    if not sets:
        return f"{sentence}; {proof}"
    odds = np.log(np.clip(some, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(some, 1e-6, 1 - 1e-6))
    odds -= odds.mean(axis=0)
    _, ours, theirs = shared_rows(sets[0].name, release, source.genes, odds, "predictions")
    found = belong(ours, theirs, sets[0].name, "predictions")
    sentence += f"; similarities of genes correlate with those of the vectors by {found:.2f}"
    if proof.agreement is not None and not proof.proved:
        raise ReleaseError(
            f"Predictions may belong to other genes than they say: {proof}; get the table and its gene list again."
        )
    return f"{sentence}; {proof}"


def _ordered(release: Release, source: Source, some: np.ndarray, attributes: Sequence[str]) -> tuple[Source, OrderProof]:
    """Return the source with names for its genes, and what speaks for their order."""
    if source.nameless:
        genes, proof = choose_order(release, some, attributes, source.path.name)
        return replace(source, genes=genes), proof
    return source, prove(some, attributes, source.genes, source.names, judging_vectors(release), released_sets(release))
