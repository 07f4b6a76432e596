"""Sentences on a simulated release and real tables of expression."""

from generain_core.samples.binning.gene_matching import FINE, THIN, Match


def table_fits(match: Match) -> str:
    """Say how a real table fits a simulated release, which models a part of the genes; '' for a table of its own genes."""
    models, matched = len(match.genes) + len(match.missing), len(match.genes)
    in_model = int((match.of_gene >= 0).sum())
    others, no_genes = int(match.counted.sum()) - in_model, len(match.counted) - int(match.counted.sum())
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
        f"This simulated release models {models:,} genes and finds {matched:,} of them in your table"
        f"{f', in {in_model:,} rows' if in_model != matched else ''}: {fit}. {others:,} further rows count for the depth of each "
        f"sample alone{f'; {no_genes:,} are no genes' if no_genes else ''}. For "
        "results that are not simulated, get the published release."
    )
