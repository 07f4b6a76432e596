"""ARCHS4 and the published example: readable, and the example reproduces to its published bins."""

import csv
import zlib

import h5py
import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError, ReleaseError
from generain_core.genes.resolve import Resolver
from generain_core.release.files import Release
from generain_core.release.readers.annotation import read_genes_meta
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.formats.adata_pickle import read_adata_pickle

RUN = 5
"""Samples that the authors ranked together."""
COLUMNS = 50
"""Samples of ARCHS4 whose counts are read, evenly spaced."""
SILENT = 0.1
"""Share of these that may be without counts: in so many public samples some came to nothing."""


def archs4(release: Release) -> str:
    """Check the expression matrix against its own rows and columns and the two tables; some columns are read."""
    path = release.path("archs4")
    try:
        with h5py.File(path, "r") as file:
            values, genes, samples = file["data/expression"], file["meta/genes/symbol"], file["meta/samples/geo_accession"]
            shape, names = values.shape, [text.decode() for text in genes[:]]
            accessions = [text.decode() for text in samples[:]]
            if shape != (len(names), len(accessions)) or values.dtype.kind not in "ui":
                raise ReleaseError(
                    f"{path.name} holds {values.dtype} of shape {shape} for {len(names):,} genes and {len(accessions):,} samples."
                )
            for group, size in (("genes", len(names)), ("samples", len(accessions))):
                for field, values_of in file[f"meta/{group}"].items():
                    if values_of.shape[:1] != (size,):
                        raise ReleaseError(f"{path.name} has {size:,} {group}, but meta/{group}/{field} is of another length.")
            ensembl = _ensembl(file["meta/genes"])
            columns = np.unique(np.linspace(0, shape[1] - 1, min(shape[1], COLUMNS)).astype(int))
            silent = [accessions[column] for column in columns if not values[:, column].any()]
            if len(silent) > SILENT * len(columns):
                raise ReleaseError(
                    f"{path.name} has no count above zero for {len(silent)} of {len(columns)} samples that were looked at, "
                    f"such as {silent[0]}; get it again."
                )
    except (OSError, KeyError, ValueError, RuntimeError, TypeError, AttributeError, zlib.error) as problem:
        raise ReleaseError(
            f"{path.name} is cut short, damaged or no ARCHS4 file ({str(problem)[:80]}); get it again."
        ) from problem
    if release.has("genes_meta"):
        meta = read_genes_meta(release.path("genes_meta"))
        for ours, listed in ((names, meta["symbol"].tolist()), (ensembl, meta["ensembl_gene"].tolist())):
            if ours and [name for name in ours if name] != [name for name in listed if name]:
                raise ReleaseError(f"{path.name} and genes_meta.tsv name other genes ({len(ours):,} and {len(listed):,} rows).")
    if release.has("samples_meta") and _accessions(release) != accessions:
        raise ReleaseError(f"{path.name} and samples_meta.tsv name other samples; take both from one download.")
    sentence = f"; {len(silent)} of {len(columns)} that were looked at have no count above zero" if silent else ""
    return f"{shape[0]:,} genes × {shape[1]:,} samples{sentence}"


def _ensembl(genes: h5py.Group) -> list[str]:
    """Return the genes' Ensembl IDs without versions; none where the file has none."""
    return [text.decode().partition(".")[0] for text in genes["ensembl_gene"][:]] if "ensembl_gene" in genes else []


def samples_meta(release: Release) -> str:
    """Check the table of samples: one row a sample, none twice."""
    names = _accessions(release)
    if len(set(names)) != len(names) or not names:
        raise ReleaseError("samples_meta.tsv names no sample, or one twice; get it again.")
    return f"{len(names):,} samples"


def _accessions(release: Release) -> list[str]:
    path = release.path("samples_meta")
    try:
        table = pd.read_csv(path, sep="\t", usecols=["geo_accession"], dtype=str, quoting=csv.QUOTE_MINIMAL)
    except (ValueError, OSError, UnicodeDecodeError) as problem:
        raise ReleaseError(f"{path.name} is no table with geo_accession ({str(problem)[:80]}); get it again.") from problem
    return [str(name) for name in table["geo_accession"]]


def example(release: Release) -> str:
    """Check the example's pickle, and that its bins are numbers from 1 to 2,000 and the same in both files."""
    obs, var, _ = read_adata_pickle(release.path("example"))
    sentences = [f"{len(obs):,} samples × {len(var):,} genes"]
    if release.has("example/binned.tsv", "example/binned.pkl"):
        published = published_bins(release)
        names, genes, bins = read_adata_pickle(release.path("example/binned.pkl"))
        same = list(names) == list(published.index) and list(genes) == list(published.columns)
        if not same or not np.array_equal(bins, published.to_numpy()):
            raise ReleaseError("The binned example's .tsv and .pkl differ; get both again.")
        sentences.append("its bins are the same in both files")
    return ", ".join(sentences)


def reproduction(release: Release, resolver: Resolver) -> str:
    """Bin the published example as the authors did and compare every bin with the published ones."""
    published = published_bins(release)
    ours = normalize(read_expression(release.path("example"), resolver), release, resolver, chunk=RUN).adata
    genes = [gene for gene in published.columns if gene in set(ours.var_names)]
    if list(ours.obs_names) != list(published.index) or len(genes) < 0.95 * published.shape[1]:
        raise ReleaseError(
            f"The published bins have {published.shape[0]} samples × {published.shape[1]:,} genes, ours {ours.n_obs} × "
            f"{len(genes):,} of these: the example and its bins don't go together."
        )
    other = ours[:, genes].layers["bins"] != published[genes].to_numpy()
    if other.any():
        i, j = np.argwhere(other)[0]
        raise ReleaseError(
            f"{int(other.sum()):,} of {other.size:,} bins of the example differ from the published ones, first {genes[j]} of "
            f"{published.index[i]}: the boundaries, the example or its bins are not as published."
        )
    return f"all {other.size:,} bins as published"


def published_bins(release: Release) -> pd.DataFrame:
    """Return the example's published bins, samples × genes.

    Raises:
        GeneRAINError: no table of bins.
    """
    path = release.path("example/binned.tsv")
    try:
        table = pd.read_csv(path, sep="\t", index_col=0)
        table.index = table.index.astype(str)
        values = table.to_numpy(dtype=np.float64)
    except (ValueError, OSError, UnicodeDecodeError, TypeError) as problem:
        raise GeneRAINError(f"{path.name} is no table of bins ({str(problem)[:80]}); get it again.") from problem
    if not values.size or not (np.isfinite(values).all() and values.min() >= 1 and values.max() <= 2000):
        raise ReleaseError(f"{path.name} has values that are no bins from 1 to 2,000; get it again.")
    return table
