"""Samples of an own file as they were written, without binning them again."""

from typing import Any

import anndata
import numpy as np
import pandas as pd

from generain_core.release.files import Release
from generain_core.samples.binning.binned_files import storable, texts
from generain_core.samples.binning.examination import Examined
from generain_core.samples.binning.gene_matching import Match
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.own_files.content import DEPTH_COLUMNS, EMBEDDING_FACTS, OwnSamples, Trust
from generain_core.samples.own_files.seals import seal
from generain_core.samples.own_files.summing import SUMMED, THINNED
from generain_core.samples.own_files.verification import same_boundaries

_STABILITY = "generain_stability"


def restorable(own: OwnSamples, release: Release, gene_set: str, chunk: int | None, min_genes: int) -> bool:
    """Say whether the bins in an own file are those that binning its table with this release and these options would give."""
    together = own.option("samples_ranked_together", 1)
    if together != (chunk or 1) or (together > 1 and not own.whole) or not same_boundaries(own, release, gene_set):
        return False
    return bool((own.depths["n_genes_by_counts"] > min_genes).all())


def examined_before(expression: Expression, own: OwnSamples, gene_set: tuple[str, ...]) -> Examined:
    """Return what was kept and left out when an own file was binned, as it says."""
    match = _match(expression, own, gene_set)
    warnings = tuple(str(text) for text in np.atleast_1d(own.about.get("warnings", ())))
    return Examined(match, _acceptance(expression, own), warnings)


def restored(expression: Expression, own: OwnSamples) -> anndata.AnnData:
    """Return samples × genes of an own file: counts, bins, embedding and maps, as far as they are as they were written."""
    index = pd.Index([str(name) for name in expression.samples], dtype=object)
    obs = storable(expression.obs).set_axis(index, axis=0)
    obs = pd.concat([obs, own.depths.set_axis(index, axis=0)], axis=1)
    for name in own.columns:
        if name in own.sealed:
            obs[name] = own.columns[name].to_numpy()
    var = own.genes.set_axis(pd.Index(expression.identifiers, dtype=object), axis=0)
    adata = anndata.AnnData(X=expression.values, obs=obs, var=var, layers={"bins": own.bins})
    for name, values in own.obsm.items():
        if name in own.sealed and (own.whole or name not in ("X_pca", "X_umap", "X_tsne")):
            adata.obsm[name] = values
    about: dict[str, Any] = dict(own.about)
    if "X_generain" not in adata.obsm:
        about = {key: value for key, value in about.items() if key not in EMBEDDING_FACTS}
    if not own.whole:
        about.pop("maps", None)
    elif own.stability and "X_generain" in adata.obsm:
        adata.uns[_STABILITY] = own.stability
    adata.uns["generain"] = {**about, "notes": texts(expression.notes)}
    seal(adata)
    return adata


def _match(expression: Expression, own: OwnSamples, gene_set: tuple[str, ...]) -> Match:
    """Return which rows were which genes: those of each gene in the file, then those that were left out."""
    genes = expression.identifiers
    joined = own.genes["identifiers"].tolist() if "identifiers" in own.genes else list(genes)
    counts = own.genes["n_rows"].tolist() if "n_rows" in own.genes else [1] * len(genes)
    rows, of_gene = list[tuple[str, str, str, str, bool]](), list[int]()
    for place, (gene, text, count) in enumerate(zip(genes, joined, counts, strict=True)):
        names = str(text).split("; ")
        names = names if len(names) == count else [str(text)] * int(count)
        rows += [(name, "symbol" if name == gene else "matched", gene, "", True) for name in names]
        of_gene += [place] * len(names)
    dropped = own.about.get("genes_dropped", {})
    lists = [np.atleast_1d(dropped.get(name, ())).tolist() for name in ("identifier", "status", "reason")]
    rows += [(str(name), str(status), "", str(reason), False) for name, status, reason in zip(*lists, strict=True)]
    of_gene += [-1] * (len(rows) - len(of_gene))
    table = pd.DataFrame(rows, columns=["identifier", "status", "gene", "reason", "binned"])
    known = set(genes)
    missing = tuple(name for name in gene_set if name not in known)
    ensembl = own.genes["ensembl_gene"].tolist() if "ensembl_gene" in own.genes else [""] * len(genes)
    return Match(
        rows=table,
        genes=tuple(genes),
        ensembl=tuple(map(str, ensembl)),
        of_gene=np.array(of_gene, np.int64),
        counted=(table["status"] != "set aside").to_numpy(bool),
        missing=missing,
        coverage=len(genes) / len(gene_set),
    )


def _acceptance(expression: Expression, own: OwnSamples) -> pd.DataFrame:
    """Return one row a sample: those in the file, and those that were left out, which stand behind them."""
    kept = own.depths.assign(kept=True, reason="").set_axis(pd.Index(expression.samples, dtype=object, name="sample"), axis=0)
    dropped = own.about.get("samples_dropped", {})
    names = [str(name) for name in np.atleast_1d(dropped.get("sample", ()))]
    if not names:
        return kept
    others = pd.DataFrame(
        {name: np.atleast_1d(dropped[name]) if name in dropped else np.zeros(len(names)) for name in DEPTH_COLUMNS}
    )
    others = others.assign(kept=False, reason=[str(text) for text in np.atleast_1d(dropped["reason"])])
    others.index = pd.Index(names, dtype=object, name="sample")
    return pd.concat([kept, others])


def words(own: OwnSamples) -> str:
    """Return the sentence on samples that were taken from an own file as they are."""
    how = " as their seals say" if own.trust == Trust.SEALED else ", as binning them again shows"
    return f"These samples were binned before (version {own.version or 'unknown'}): their bins belong to this release{how}."


def words_anew(own: OwnSamples, release: Release, gene_set: str) -> str:
    """Return the sentence on samples of an own file that are binned anew."""
    if own.about.get(SUMMED):
        why = "which were summed"
    elif own.about.get(THINNED):
        why = "which were thinned to equal depth"
    elif own.gene_set and own.gene_set != gene_set:
        why = f"for {gene_set} instead of {own.gene_set}, of which alone the file has genes"
    elif not same_boundaries(own, release, gene_set):
        why = f"as the file was made with {own.about.get('release', 'another release')}"
    else:
        why = "as the options are others"
    return f"The samples were binned anew from their counts, {why}; depths are the totals of the table that the file was made of."
