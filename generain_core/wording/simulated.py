"""Sentences on a simulated release and real tables of expression."""

from generain_core.samples.binning.gene_matching import FINE, THIN, Match


def table_fits(match: Match) -> str:
    """Say how a real table fits a simulated release, which models a part of the genes; '' for a table of its own genes."""
    models, matched = len(match.genes) + len(match.missing), len(match.genes)
    others = int(match.counted.sum()) - int((match.of_gene >= 0).sum())
    if others <= models:
        return ""
    fit = (
        "your table fits"
        if match.coverage >= FINE
        else "your table fits in part"
        if match.coverage >= THIN
        else "too few for your table to be of use here"
    )
    return (
        f"This simulated release models {models:,} genes and finds {matched:,} of them in your table: {fit}. Your table's "
        f"other {others:,} rows count for the depth of each sample alone. For "
        "results that are not simulated, get the published release."
    )
