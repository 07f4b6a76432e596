"""Use a saved probe on further samples of the same release and model; what is far from its training samples is refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.saved.fit import outputs, strangeness
from generain_core.cohort.saved.probe_file import SavedProbe
from generain_core.cohort.validation.metrics import decide
from generain_core.errors import GeneRAINError
from generain_core.models.model import gene_set_of_bins
from generain_core.reference.novelty import NoveltyMeasure, p_values
from generain_core.release.files import Release
from generain_core.release.identity import boundaries_identity, model_identity

if TYPE_CHECKING:
    import anndata

RATE = 0.05
"""Share of samples like the training ones that are taken for far from them."""
FAR, FEW_GENES = "far from the training samples", "too few expressed genes"
"""Why nothing is predicted of a sample."""
_FARTHEST = 1.5
"""Times the strangest held-out training sample from which on a sample is far, however few donors there are."""


def check_release(probe: SavedProbe, release: Release) -> None:
    """Refuse a release whose model or boundaries are others than those that a probe was fitted with.

    Raises:
        GeneRAINError: they are.
    """
    if not release.has(f"model/{probe.model}") or model_identity(release, probe.model, probe.gene_set) != probe.weights_identity:
        raise GeneRAINError(
            f"The probe was fitted to embeddings by {probe.model} of another release ({probe.release}); "
            f"here is {release.label}. Choose that release, or fit the probe anew."
        )
    if boundaries_identity(release, probe.gene_set) != probe.bins_identity:
        raise GeneRAINError(
            f"The probe was fitted to bins of other boundaries ({probe.release}); choose that release, or fit the probe anew."
        )


def far_from(
    scores: NDArray[np.float64], held_out: NDArray[np.float64], series: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the p-value of being as strange as held-out training samples, and whether samples are far from these.

    Args:
        scores: how strange samples are.
        held_out: how strange training samples are to a measure that their donor was left out of.
        series: the donor of each of these.
    """
    p_value = p_values(scores, held_out, series)
    return p_value, (p_value <= RATE) | (scores > _FARTHEST * held_out.max())


def use_probe(probe: SavedProbe, adata: "anndata.AnnData", release: Release) -> pd.DataFrame:
    """Return one row a sample: how far it is from the training samples, and what is predicted unless it is far.

    Columns: sample, strangeness, far_p_value, far, why, then probability_CLASS and predicted, or predicted alone; empty where
    far.

    Args:
        probe: that was saved.
        adata: samples embedded by its model, in ``obsm["X_generain"]``.
        release: that they were embedded with.

    Raises:
        GeneRAINError: another release, model or gene set, or all samples are far.
    """
    check_release(probe, release)
    about = adata.uns.get("generain", {})
    if "X_generain" not in adata.obsm or about.get("model") != probe.model:
        raise GeneRAINError(
            f"The probe reads embeddings by {probe.model}, not by {about.get('model', 'no model')}; embed with that."
        )
    gene_set = gene_set_of_bins(adata)
    if gene_set not in (None, probe.gene_set):
        raise GeneRAINError(f"The probe reads the gene set {probe.gene_set}, but the samples were binned for {gene_set}.")
    embedding = np.ascontiguousarray(adata.obsm["X_generain"], dtype=np.float32)
    measure = NoveltyMeasure(probe.whiten, probe.scales, np.zeros(len(probe.vectors), dtype=bool))
    scores = strangeness(measure, probe.vectors, embedding)
    p, far = far_from(scores, probe.held_out, probe.series.astype(np.intp))
    if far.all():
        raise GeneRAINError(
            f"{'All' if len(far) > 1 else 'The'} {len(far):,} sample{'s are' if len(far) > 1 else ' is'} far from the "
            f"{probe.samples:,} that the probe was fitted to (strangeness from {scores.min():.2f}; those reach "
            f"{probe.held_out.max():.2f}), so nothing is predicted; use it on samples of the same kind."
        )
    predicted = outputs(probe, embedding)
    table = pd.DataFrame({"sample": list(map(str, adata.obs_names)), "strangeness": scores, "far_p_value": p, "far": far})
    table["why"] = np.where(far, FAR, "")
    if OutcomeKind(probe.kind).of_classes:
        for k, label in enumerate(probe.classes):
            table[f"probability_{label}"] = np.where(far, np.nan, predicted[:, k])
        called = np.array(probe.classes, dtype=object)[decide(predicted, probe.shares)]
        return table.assign(predicted=np.where(far, "", called))
    return table.assign(predicted=np.where(far, np.nan, predicted[:, 0]))


def with_those_left_out(table: pd.DataFrame, samples: Sequence[str]) -> pd.DataFrame:
    """Return a row for each of some samples, in their order: of those that could not be embedded with nothing but why."""
    whole = table.set_index("sample").reindex(pd.Index(list(samples), name="sample")).reset_index()
    missing = ~whole["sample"].isin(table["sample"])
    whole["far"] = whole["far"].eq(True)
    whole["why"] = whole["why"].where(~missing, FEW_GENES)
    if table["predicted"].dtype.kind not in "fiu":
        whole["predicted"] = whole["predicted"].where(~missing, "")
    return whole
