"""Own files with the release at hand: bins made again of their counts and totals must be those in the file."""

from dataclasses import replace

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.identity import boundaries_identity
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.own_files.content import OwnSamples, Trust
from generain_core.samples.own_files.trust import changed, trusted


def verified(expression: Expression, release: Release) -> Expression:
    """Return samples with what an own file says of them, once it is sure that it belongs to their counts; others as they are.

    Unsealed ones, of old files or with genes left out, are binned again: their bins must be those in the file, or
    the file must be of another release and its counts look as counts do.

    Raises:
        NeedsConsent: the file was changed since it was written.
    """
    own = expression.own
    if own is None or own.trust in (Trust.SEALED, Trust.REPEATED):
        return expression
    gene_set = _repeated(expression, own, release)
    if gene_set:
        about = {**own.about, "gene_set": gene_set}
        return replace(expression, own=replace(own, trust=Trust.REPEATED, about=about))
    if _same_release(own, release):
        raise changed(expression)
    return trusted(expression)


def same_boundaries(own: OwnSamples, release: Release, gene_set: str) -> bool:
    """Say whether bins of an own file were made with the boundaries of this release, for this gene set."""
    if own.gene_set != gene_set:
        return False
    return own.trust == Trust.REPEATED or own.about.get("boundaries") == boundaries_identity(release, gene_set)


def _same_release(own: OwnSamples, release: Release) -> bool:
    stored = own.about.get("boundaries")
    if stored and own.gene_set in GENE_SETS:
        return bool(stored == boundaries_identity(release, own.gene_set))
    return own.about.get("fingerprint") == release.fingerprint


def _repeated(expression: Expression, own: OwnSamples, release: Release) -> str:
    """Return the gene set for which binning again gives the bins in the file; '' if none does."""
    totals = own.depths["total_counts"].to_numpy(np.float64)
    values = expression.values
    numbers = np.asarray(values if isinstance(values, np.ndarray) else values.data)
    if not (np.isfinite(totals).all() and (totals > 0).all() and np.isfinite(numbers).all() and (numbers >= 0).all()):
        return ""
    chunk = own.option("samples_ranked_together", 1)
    for gene_set in [own.gene_set] if own.gene_set in GENE_SETS else GENE_SETS:
        if not release.has(f"boundaries/{gene_set}", f"boundaries/{gene_set}/genes"):
            continue
        boundaries = Boundaries.open(release, gene_set)
        columns = boundaries.columns(expression.identifiers)
        if (columns < 0).any():
            continue
        try:
            again = bin_samples(values, totals, boundaries, columns, chunk=chunk if chunk > 1 else None)
        except GeneRAINError:
            continue
        if np.array_equal(again, own.bins):
            return gene_set
    return ""
