"""Boundaries, statistics, gene rows and token indices: readable, and of the same genes."""

import numpy as np
import pandas as pd

from generain_core import settings
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.release.readers.annotation import read_gene_statistics, read_genes_meta
from generain_core.release.readers.boundaries import Boundaries
from generain_core.release.readers.token_index import read_token_index

LEAST_CORRELATION = 0.5
SHARED_NAMES = 0.95


def index(release: Release, gene_set: str) -> str:
    """Check a token index: three special tokens first, then whole numbers without a gap."""
    path = release.path(f"index/{gene_set}")
    tokens = read_token_index(path)
    first = {gene for gene, i in tokens.items() if i < 3}
    if not all(gene.startswith("SPECIAL_EMB") for gene in first) or len(first) != 3:
        raise ReleaseError(f"{path.name} should give 0, 1 and 2 to the special tokens, but gives them to {sorted(first)[:3]}.")
    if sorted(tokens.values()) != list(range(len(tokens))):
        raise ReleaseError(f"{path.name} should count from 0 to {len(tokens) - 1:,} without a gap; get it again.")
    return f"{len(tokens) - 3:,} genes"


def boundaries(release: Release, gene_set: str) -> str:
    """Check that every gene's reference values are ascending numbers, none below zero."""
    opened = Boundaries.open(release, gene_set)
    for start in range(0, len(opened.genes), opened.block_genes):
        block = opened.block(start, min(start + opened.block_genes, len(opened.genes)))
        if (block[:, 0] < 0).any():
            raise ReleaseError(f"{opened.source} has values below zero for {opened.genes[start + int(np.argmin(block[:, 0]))]}.")
    return f"{len(opened.genes):,} genes, {len(opened.values):,} ascending values each"


def statistics(release: Release) -> str:
    """Check the statistics, and that means are numbers that are not negative."""
    path = release.path("gene_statistics")
    table = read_gene_statistics(path)
    bad = ~(table["mean"] >= 0) | ~(table["sd"] >= 0)
    if not len(table) or bad.any():
        which = "" if not len(table) else f", as in line {int(np.argmax(bad)) + 2:,}"
        raise ReleaseError(f"{path.name} lacks means or standard deviations of 0 or more{which}; get it again.")
    twice = table.loc[table["kept"], "symbol"]
    if twice.duplicated().any():
        raise ReleaseError(f"{path.name} keeps two rows of {twice[twice.duplicated()].iloc[0][:40]} (max_mean_nondup).")
    return f"{len(table):,} gene rows, {int((table['kept'] & (table['mean'] > settings.MEAN_CUTOFF)).sum()):,} modelled"


def gene_rows(release: Release) -> str:
    """Check that the gene rows and the statistics name the same genes in the same order."""
    meta = read_genes_meta(release.path("genes_meta"))
    shaped = meta["ensembl_gene"].str.fullmatch(r"(ENS[A-Z]*\d{11}.*)?")
    if not shaped.all():
        raise ReleaseError(f"genes_meta.tsv has {meta['ensembl_gene'][~shaped].iloc[0][:40]!r} where Ensembl IDs should stand.")
    if not release.has("gene_statistics"):
        return f"{len(meta):,} gene rows"
    table = read_gene_statistics(release.path("gene_statistics"))
    if len(table) != len(meta):
        raise ReleaseError(
            f"genes_meta.tsv has {len(meta):,} rows, but the gene statistics {len(table):,}; take both from one download."
        )
    other = np.flatnonzero(table["symbol"].to_numpy() != meta["symbol"].to_numpy())
    if len(other) > (1 - SHARED_NAMES) * len(meta):
        i = int(other[0])
        raise ReleaseError(
            f"genes_meta.tsv and the gene statistics name {len(other):,} rows differently, as in line {i + 2:,}: "
            f"{meta['symbol'].iloc[i][:30]} and {table['symbol'].iloc[i][:30]}."
        )
    return f"{len(meta):,} gene rows, as in the gene statistics" + (f" but for {len(other):,} names" if len(other) else "")


def genes_of_boundaries(release: Release, gene_set: str) -> str:
    """Check boundaries against the token index and the statistics: the same genes, and values that belong to them."""
    opened = Boundaries.open(release, gene_set)
    sentences = [f"{len(opened.genes):,} genes"]
    if release.has(f"index/{gene_set}"):
        tokens = read_token_index(release.path(f"index/{gene_set}"))
        share(opened.genes, tokens, f"boundaries of {gene_set}", f"{gene_set}_gene_to_idx.json")
        sentences.append("with a token")
    if release.has("gene_statistics"):
        table = read_gene_statistics(release.path("gene_statistics"))
        means = table[table["kept"]].drop_duplicates("symbol").set_index("symbol")["mean"]
        share(opened.genes, set(means.index), f"boundaries of {gene_set}", "gene statistics")
        ours = pd.Series(np.asarray(opened.values[:: max(1, len(opened.values) // 64)]).mean(axis=0), index=list(opened.genes))
        both = pd.concat([ours, means], axis=1, join="inner")
        found = float(np.corrcoef(both.rank().to_numpy(), rowvar=False)[0, 1])
        if not found > LEAST_CORRELATION:
            raise ReleaseError(
                f"The boundaries of {gene_set} do not go with their gene names: their means and those of the gene statistics "
                f"correlate by {found:.2f} only, so the names are in another order or of another file."
            )
        sentences.append(f"their means go with the gene statistics (rank correlation {found:.2f})")
    return ", ".join(sentences)


def both_boundaries(release: Release) -> str:
    """Check that the two sets of boundaries agree on the genes they share."""
    one, two = (Boundaries.open(release, name) for name in ("coding_lncrna", "gene2vec"))
    genes = [gene for gene in two.genes if gene in set(one.genes)]
    if not genes:
        raise ReleaseError("The two sets of boundaries share no gene; take both from one download.")
    a, b = (np.asarray(x.values[:, x.columns(genes)]).mean(axis=0, dtype=np.float64) for x in (one, two))
    differ = np.flatnonzero(np.abs(a - b) > 0.1)
    if len(differ) > (1 - SHARED_NAMES) * len(genes):
        raise ReleaseError(
            f"The two boundaries disagree on {len(differ):,} of {len(genes):,} shared genes, such as {genes[int(differ[0])]}."
        )
    return f"{len(genes):,} shared genes, alike" + (f" but for {len(differ):,}" if len(differ) else "")


def share(genes: object, known: object, what: str, where: str) -> None:
    """Refuse genes of which too many are not known elsewhere."""
    ours, theirs = set(genes), set(known)  # type: ignore[call-overload]
    missing = sorted(ours - theirs)
    if len(missing) > (1 - SHARED_NAMES) * len(ours):
        raise ReleaseError(
            f"{len(missing):,} of the {len(ours):,} genes of the {what} are not in the {where}, such as {missing[0][:40]}; "
            "take both files from one download."
        )
