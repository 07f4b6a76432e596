"""Tables of genes, with what each column means, and the way to take them away."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.release.files import Release

COLUMNS = {
    "gene": st.column_config.TextColumn("Gene"),
    "ensembl_gene": st.column_config.TextColumn("Ensembl ID", width=145),
    "biotype": st.column_config.TextColumn("Biotype"),
    "cosine": st.column_config.NumberColumn(
        "Cosine", format="%.3f", help="Cosine similarity of the two vectors: 1 is the same direction."
    ),
    "rank": st.column_config.NumberColumn("Rank", format="localized", help="Place among all genes; 1 is the most similar."),
    "reciprocal_rank": st.column_config.NumberColumn(
        "Rank back",
        format="localized",
        help="Reciprocal rank: the place of your gene seen from this one. Low both ways is the best evidence.",
    ),
    "percentile": st.column_config.NumberColumn(
        "Percentile", format="%.2f", help="Per cent of the other genes that are less similar."
    ),
    "mean": st.column_config.NumberColumn(
        "Mean expression", format="%.2f", help="Mean of log10(depth-scaled count + 1) over the ARCHS4 samples."
    ),
    "perturbation": st.column_config.TextColumn("Perturbation", pinned=True),
    "target": st.column_config.TextColumn("Gene"),
    "n_samples": st.column_config.NumberColumn("Samples", format="localized"),
    "effect": st.column_config.NumberColumn("Effect", format="%.2f", help="In spreads of the controls, less noise."),
    "p_value": st.column_config.NumberColumn("p", format="%.2g", help="Of the length of the shift, by relabelling."),
    "fdr": st.column_config.NumberColumn("FDR", format="%.2g", help="Benjamini–Hochberg."),
    "energy_distance": st.column_config.NumberColumn("Energy distance", format="%.3g"),
    "energy_fdr": st.column_config.NumberColumn("Energy FDR", format="%.2g", help="Of the energy distance."),
    "expression_effect": st.column_config.NumberColumn("Effect (expression)", format="%.2f"),
    "expression_p_value": st.column_config.NumberColumn("p (expression)", format="%.2g"),
    "expression_fdr": st.column_config.NumberColumn("FDR (expression)", format="%.2g"),
    "expression_energy_distance": st.column_config.NumberColumn("Energy distance (expression)", format="%.3g"),
    "expression_energy_fdr": st.column_config.NumberColumn("Energy FDR (expression)", format="%.2g"),
    "expression_note": st.column_config.TextColumn("Note (expression)"),
    "found_in": st.column_config.TextColumn("Found in"),
    "note": st.column_config.TextColumn("Note"),
    "rank_back": st.column_config.NumberColumn("Rank back", format="localized", help="The place of yours seen from this one."),
    "signal": st.column_config.NumberColumn(
        "Signal",
        format="%.2f",
        help="Share of the shift's squared length that is not noise.",
    ),
    "found": st.column_config.CheckboxColumn("Found", help="Effect at a false discovery rate of 5 % or less."),
    "perturbation_a": st.column_config.TextColumn("One"),
    "perturbation_b": st.column_config.TextColumn("Other"),
    "cosine_genes": st.column_config.NumberColumn("Genes", format="%.2f", help="Cosine of the two targets' vectors."),
    "cosine_shifts": st.column_config.NumberColumn("Shifts", format="%.2f", help="Cosine of the two perturbations' shifts."),
    "surprise": st.column_config.NumberColumn(
        "Surprise", format="%+.0f", help="Percentile among all pairs by shifts less that by genes: how far from foreseen."
    ),
    "spearman": st.column_config.NumberColumn("Spearman", format="%.2f", help="Of its cosines as a gene and in effect."),
    "others": st.column_config.NumberColumn("Others", format="localized", help="With how many other targets it was compared."),
    "change": st.column_config.NumberColumn("Change", format="%+.2f", help="Perturbed less reference, within strata or pairs."),
    "mean_reference": st.column_config.NumberColumn("Reference", format="%.2f", help="Mean of what it is compared with."),
    "mean_perturbed": st.column_config.NumberColumn("Perturbed", format="%.2f", help="Mean of the perturbed samples."),
    "t": st.column_config.NumberColumn("t", format="%.2f", help="Moderated."),
    "left_percent": st.column_config.NumberColumn("Left of it", format="%.0f %%", help="Of the target's depth-scaled count."),
    "n_reference": st.column_config.NumberColumn("Reference", format="localized", help="Samples compared with."),
    "attribute": st.column_config.TextColumn("Attribute"),
    "place": st.column_config.NumberColumn(
        "Above", format="%.0f %%", help="Of genes of like expression, those that a moved gene is above; 50 is no difference."
    ),
    "expected": st.column_config.NumberColumn("Expected", format="%.0f %%", help="The same with labels exchanged, on average."),
    "p_adjusted": st.column_config.NumberColumn("p adjusted", format="%.2g", help="For all attributes, by the farthest of them."),
    "median_moved": st.column_config.NumberColumn("Moved", format="%.3f", help="Median probability of moved genes."),
    "genes": st.column_config.NumberColumn("Genes", format="localized"),
    "read_in": st.column_config.NumberColumn("Read in", format="localized", help="Controls in which the change is read."),
    "n_controls": st.column_config.NumberColumn("Controls", format="localized"),
    "cosine_model": st.column_config.NumberColumn("Model", format="%.2f", help="Cosine of foreseen and measured shift."),
    "cosine_mean_others": st.column_config.NumberColumn("Others", format="%.2f", help="Of the mean shift of all others."),
    "cosine_regression": st.column_config.NumberColumn("Regression", format="%.2f", help="On principal components."),
    "cosine_random": st.column_config.NumberColumn("Random genes", format="%.2f", help="Of similar expression; mean."),
    "random_p": st.column_config.NumberColumn("p", format="%.2g", help="Share of random genes that do as well."),
    "beats": st.column_config.CheckboxColumn("Beats all", help="Above all baselines, and above random genes with p of 0.05."),
    "verdict": st.column_config.TextColumn("Verdict"),
    "cosine_to_c": st.column_config.NumberColumn("Cosine to C", format="%.3f"),
}


_ROW = 35
"""Height of a row of a table, in pixels."""


def show(table: pd.DataFrame, release: Release, key: str, columns: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """Show a table. In a simulated release each row says so, for the table can be copied and saved from where it stands.

    `columns` configures columns of this table alone, before `COLUMNS`.
    """
    marked = table.assign(simulated="SIMULATED") if release.simulated else table
    configured = COLUMNS | dict(columns or {}) | {"simulated": st.column_config.TextColumn("Mark", width=95)}
    if "ensembl_gene" in marked:  # long and seldom read: behind what people look for, so that this is seen without scrolling
        options = {"column_order": [*(str(c) for c in marked if c != "ensembl_gene"), "ensembl_gene"]} | options
    height = options.get("height")
    if isinstance(height, int) and 0 < len(marked) < height // _ROW - 1:
        options["height"] = "content"  # no empty rows below
    return st.dataframe(marked, hide_index=True, column_config=configured, key=key, **options)
