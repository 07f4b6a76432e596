"""Whether what an own file says still belongs to its counts: by its seals, or by what they look like."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.own_files.content import OwnSamples, Trust
from generain_core.samples.own_files.seals import COUNTS, further_seals, sample_seals

_FEWEST = 100
"""So many genes at least, above zero and in two samples, make an order that agrees no chance."""


def judged(own: OwnSamples, values: Any, genes: tuple[str, ...]) -> OwnSamples:
    """Return what an own file says with how sure it is that it belongs to the counts (samples × genes), without the release."""
    written = own.about.get("seals", {})
    if isinstance(written, Mapping) and COUNTS in written:
        rows = sample_seals(values, own.bins, own.depths, genes)
        known = [str(text) for text in np.atleast_1d(written[COUNTS])]
        if set(rows) <= set(known):
            arrays = {**own.obsm, **{str(name): own.columns[[name]].to_numpy() for name in own.columns}}
            seals = further_seals(rows, {name: values for name, values in arrays.items() if name in written})
            sealed = (name for name, texts in seals.items() if set(texts) <= set(map(str, np.atleast_1d(written[name]))))
            return replace(own, trust=Trust.SEALED, whole=rows == known, sealed=frozenset(sealed))
        return replace(own, trust=Trust.UNSURE)
    return replace(own, trust=Trust.PLAUSIBLE if _is_plausible(own, values) else Trust.UNSURE)


def _is_plausible(own: OwnSamples, values: Any) -> bool:
    """Say whether values are whole counts within their totals, above zero where bins are above 1, and in the bins' order.

    A sample with expressed genes beyond those in the file has a total above their sum.

    In each gene, a larger share of the sample's total has no smaller bin: logs or scaled values would break that.
    """
    kind = str(own.about.get("value_kind", ValueKind.COUNTS.label))
    stored = np.asarray(values if isinstance(values, np.ndarray) else values.data)
    if kind != ValueKind.COUNTS.label or not np.isfinite(stored).all() or (stored < 0).any() or (stored != np.rint(stored)).any():
        return False
    totals = own.depths["total_counts"].to_numpy(np.float64)
    sums = np.asarray(values.sum(axis=1, dtype=np.float64)).ravel()
    beyond = own.depths["n_genes_by_counts"].to_numpy() > own.depths["n_genes_matched"].to_numpy()
    if not (np.isfinite(totals).all() and (totals > 0).all() and (sums + beyond <= totals * (1 + 1e-9)).all()):
        return False
    dense = np.asarray(values if isinstance(values, np.ndarray) else values.toarray(), np.float64)
    if not np.array_equal(dense > 0, own.bins > 1):
        return False
    shares = dense / totals[:, None]
    order = np.argsort(shares, axis=0, kind="stable")
    ordered = np.take_along_axis(own.bins, order, axis=0).astype(int)
    differing = np.diff(np.take_along_axis(shares, order, axis=0), axis=0) > 1e-12
    return int(differing.any(axis=0).sum()) >= _FEWEST and not (np.diff(ordered, axis=0) < 0)[differing].any()


def trusted(expression: Expression) -> Expression:
    """Return samples whose depths can be used, without a look at the release.

    Raises:
        NeedsConsent: they are of an own file that was changed since it was written.
    """
    own = expression.own
    if own is not None and own.trust == Trust.UNSURE:
        raise changed(expression)
    return expression


def changed(expression: Expression) -> GeneRAINError:
    """Return what to say of an own file whose bins and totals don't belong to its counts."""
    return NeedsConsent(
        f"{expression.source} was written by this program, and its counts, bins or totals were changed since, so they don't "
        f"belong together; it holds only the {len(expression.identifiers):,} genes that were binned, so totals of these alone "
        "would be too small; give the table that it was made of, or take it as a new table for what it holds.",
        ("as_new_table",),
    )
