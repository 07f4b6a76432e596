"""From an expression table to binned samples: examine, sum, bin, and say what was done."""

from dataclasses import dataclass, replace
from typing import Any

import anndata
import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.acceptance import MIN_GENES
from generain_core.samples.binning.binned_files import describe, storable, texts
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.binning.examination import Examined, examine
from generain_core.samples.binning.gene_counts import gene_counts
from generain_core.samples.binning.gene_matching import Match, NameResolver
from generain_core.samples.interpret.expression import Expression, Matrix
from generain_core.samples.own_files import restoration
from generain_core.samples.own_files.seals import seal
from generain_core.samples.own_files.verification import verified
from generain_core.samples.second_opinion.opinion import second_opinion
from generain_core.samples.second_opinion.plain import as_arrays, as_json
from generain_core.text import with_noun


@dataclass(frozen=True)
class Normalized:
    """Binned samples and how they came about.

    Attributes:
        adata: kept samples × matched genes: counts in `X`, bins 1 to 2,000 in ``layers["bins"]``, `uns["generain"]`.
        examined: what was kept and left out.
    """

    adata: anndata.AnnData
    examined: Examined

    @property
    def report(self) -> dict[str, Any]:
        """Return what was kept, dropped, matched and left out, and the second opinion, as plain values."""
        opinion = {"second_opinion": as_json(self.adata.uns["generain"].get("second_opinion", {}))}
        return self.examined.report() | opinion


@dataclass(frozen=True)
class Judged:
    """Samples before they are binned.

    Attributes:
        expression: the samples, what an own file says of them verified.
        boundaries: of the gene set.
        examined: what binning would keep and leave out.
        restorable: whether an own file holds the bins that binning would give.
    """

    expression: Expression
    boundaries: Boundaries
    examined: Examined
    restorable: bool


def judge(
    expression: Expression,
    release: Release,
    resolver: NameResolver,
    *,
    gene_set: str,
    chunk: int | None = None,
    min_genes: int = MIN_GENES,
) -> Judged:
    """Match the genes and judge the samples, without binning; of an own file, take over what it says.

    Raises:
        NeedsConsent: an own file was changed since it was written.
        GeneRAINError: no gene is found, or an option is out of range.
        ReleaseError: the boundaries are missing or damaged.
    """
    boundaries = Boundaries.open(release, gene_set)
    expression = verified(expression, release)
    own = expression.own
    if own is not None and restoration.restorable(own, release, gene_set, chunk, min_genes):
        taken = _noted(expression, restoration.words(own))
        return Judged(taken, boundaries, restoration.examined_before(taken, own, boundaries.genes), True)
    if own is not None:
        expression = _noted(expression, restoration.words_anew(own, release, gene_set))
    examined = examine(expression, boundaries, resolver, chunk=chunk, min_genes=min_genes)
    return Judged(expression, boundaries, examined, False)


def _noted(expression: Expression, words: str) -> Expression:
    return expression if words in expression.notes else replace(expression, notes=(*expression.notes, words))


def normalize(
    expression: Expression,
    release: Release,
    resolver: NameResolver,
    *,
    gene_set: str = "coding_lncrna",
    chunk: int | None = None,
    min_genes: int = MIN_GENES,
    device: str = "cpu",
    progress: Progress | None = None,
) -> Normalized:
    """Bin the samples that have enough expressed genes, for the genes of a gene set (``coding_lncrna`` or ``gene2vec``).

    Raises:
        GeneRAINError: no gene is found, no sample can be binned, two samples have one name, or an option is out of range.
        ReleaseError: the boundaries are missing or damaged.
    """
    report: Progress = progress or silent
    report(0.0, "matching genes")
    judged = judge(expression, release, resolver, gene_set=gene_set, chunk=chunk, min_genes=min_genes)
    expression, examined = judged.expression, judged.examined
    if judged.restorable and expression.own is not None:
        return Normalized(restoration.restored(expression, expression.own), examined)
    boundaries = judged.boundaries
    match, acceptance = examined.match, examined.acceptance
    _check(expression, match, acceptance)
    kept = np.flatnonzero(acceptance["kept"])
    counts = gene_counts(expression.values, match)[kept]
    totals = acceptance["total_counts"].to_numpy()[kept]
    bins = bin_samples(
        counts,
        totals,
        boundaries,
        boundaries.columns(match.genes),
        device=device,
        chunk=chunk,
        progress=lambda share, words: report(0.1 + 0.9 * share, words),
    )
    options: dict[str, str | int] = {"gene_set": gene_set, "min_genes": min_genes, "samples_ranked_together": chunk or 1}
    adata = anndata.AnnData(X=_compact(counts), obs=_obs(expression, acceptance, kept), var=_var(match), layers={"bins": bins})
    adata.uns["generain"] = describe(release, expression, match, acceptance, options, examined.warnings)
    opinion = second_opinion(expression, match, kept, totals, counts, bins, release, boundaries, gene_set)
    adata.uns["generain"]["second_opinion"] = as_arrays(opinion.plain())
    seal(adata)
    return Normalized(adata, examined)


def described(binned: Normalized, expression: Expression) -> Normalized:
    """Return binned samples with what the table, as it is now, says of them; counts and bins are shared, nothing is binned."""
    old, acceptance = binned.adata, binned.examined.acceptance
    obs = _obs(expression, acceptance, np.flatnonzero(acceptance["kept"]))
    adata = anndata.AnnData(X=old.X, obs=obs, var=old.var, layers=dict(old.layers), uns=dict(old.uns))
    adata.obsm.update(old.obsm)
    adata.uns["generain"] = {**old.uns["generain"], "notes": texts(expression.notes)}
    return replace(binned, adata=adata)


def _check(expression: Expression, match: Match, acceptance: pd.DataFrame) -> None:
    if acceptance.index.has_duplicates:
        twice = acceptance.index[acceptance.index.duplicated()][0]
        raise GeneRAINError(f"{expression.source} has two samples called {str(twice)[:60]}; give each sample its own name.")
    if not acceptance["kept"].any():
        name, reason = next(iter(acceptance["reason"].items())) if len(acceptance) else ("", "there are none")
        sentence = f"{str(name)[:60]}: {reason}" if len(acceptance) else reason
        rows = int(match.counted.sum())
        thin = f"; the table has only {rows:,} genes, too thin to trust" if rows <= MIN_GENES else ""
        raise GeneRAINError(
            f"None of the {with_noun(len(acceptance), 'sample')} of {expression.source} can be binned ({sentence}{thin}); "
            f"give whole "
            "transcriptomes, sum cells to samples, or lower the least number of expressed genes."
        )


def _obs(expression: Expression, acceptance: pd.DataFrame, kept: np.ndarray) -> pd.DataFrame:
    own = acceptance.iloc[kept][["total_counts", "n_genes_by_counts", "n_genes_matched"]]
    sheet = storable(expression.obs.iloc[kept])
    sheet = sheet.rename(columns={name: f"{name}_in_file" for name in own.columns})
    sheet.index = own.index = pd.Index([str(name) for name in own.index], dtype=object)
    return pd.concat([sheet, own], axis=1)


def _var(match: Match) -> pd.DataFrame:
    names = match.names
    columns = {
        "ensembl_gene": np.array(match.ensembl, dtype=object),
        "identifiers": np.array(["; ".join(each) for each in names], dtype=object),
        "n_rows": np.array([len(each) for each in names]),
    }
    return pd.DataFrame(columns, index=pd.Index(match.genes, dtype=object))


def _compact(counts: Matrix) -> Matrix:
    """Return counts as float32 if that loses nothing, as the field's tools expect."""
    with np.errstate(over="ignore"):
        small = counts.astype(np.float32)
    difference: Any = small.astype(np.float64) - counts
    return small if abs(difference).max() == 0 else counts
