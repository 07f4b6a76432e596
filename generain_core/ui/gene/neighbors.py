"""The genes most similar to one: how many, of which biotype, and the way on to another of them."""

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import Origin
from generain_core.text import listed, significant
from generain_core.ui.components import capsule_button, downloads, gene_tables, list_button, meaning, pairs
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.calibration import DRAWN, calibrate

CALIBRATED_COLUMNS = {
    "biotype": st.column_config.TextColumn("Biotype", width=115),
    "mutual_rank": st.column_config.NumberColumn(
        "Mutual rank", format="%.1f", help="Geometric mean of rank and rank back: low is the best evidence."
    ),
    "corrected": st.column_config.NumberColumn(
        "Corrected", format="%.3f", help="Twice the cosine, less how near either gene is to its own ten nearest (CSLS)."
    ),
    "hub": st.column_config.CheckboxColumn("Hub", help="Near to five times as many genes as the average gene, or more."),
    "p_value": st.column_config.NumberColumn("p", format="%.2g", help="Share of random pairs like this one that are as alike."),
    "p_adjusted": st.column_config.NumberColumn(
        "p adjusted", format="%.2g", help="For all genes searched: p times their number, at most 1 (Bonferroni)."
    ),
}
LEVEL = 0.05
BIOTYPES = ("all", "coding", "lncRNA")


def section(atlas: Atlas, gene: str) -> list[str]:
    """Show the neighbors of a gene with their inputs and return their names, nearest first."""
    st.header("Most similar genes", anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    biotype = links.url_widget(
        row.segmented_control, "Show", list(BIOTYPES), key=keys.BIOTYPE, default="all", unset="all", required=True
    )
    k = links.url_widget(row.number_input, "How many", 5, 500, 20, 5, key=keys.K, unset=20, width=140)
    known = pairs.kept(atlas)
    try:
        table = _calibrated(atlas.space.fingerprint, gene, int(k), biotype, atlas, known is not None)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
        return []
    if "p_adjusted" in table and len(table):
        st.markdown(escape_markdown(significance_sentence(table, len(atlas.space) - 1), 600))
    gene_tables.show(
        table.drop(columns=["percentile"]),
        atlas.release,
        "neighbors",
        f"{keys.NEIGHBOR_ROW}_{atlas.space.name}_{gene}_{biotype}_{k}",
        CALIBRATED_COLUMNS,
        against=gene,
        height=390,
        alt=f"The {len(table)} genes most similar to {gene}",
    )
    if known is None:
        pairs.wait(atlas, "Corrected scores and hubs")
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        details = (f"{len(table)} neighbors of {gene}, {biotype}", Origin.NEIGHBORS.note)
        downloads.offer_gene_table(table, atlas, f"{gene}_neighbors", *details)
        kind = "" if biotype == "all" else f" {biotype}"
        list_button.offer(f"{len(table)}{kind} neighbors of {gene}", table["gene"], "neighbors", Origin.NEIGHBORS)
        only = [] if biotype == "all" else ["--biotype", biotype]
        line = ["neighbors", gene, "-k", str(k), *only, "--calibrated", "--vectors", atlas.space.name]
        capsule_button.offer(f"{gene}_neighbors", line)
    _caption(atlas, gene, table)
    return list(table["gene"])


@st.cache_resource(max_entries=64, show_spinner="Comparing with random pairs …")
def _calibrated(fingerprint: str, gene: str, k: int, biotype: str, _atlas: Atlas, corrected: bool) -> pd.DataFrame:
    table = _atlas.neighbors(gene, k, None if biotype == "all" else biotype)
    return calibrate(_atlas, gene, table, pairs.kept(_atlas) if corrected else None)


def significance_sentence(table: pd.DataFrame, searched: int) -> str:
    """Return what p says of neighbors (columns gene, p_value, p_adjusted), of so many genes searched.

    An adjusted p can't be below the number of genes searched over that of random pairs: so it may show what is no more than
    chance, and hardly ever what is more.
    """
    found = table[table["p_adjusted"] <= LEVEL]
    if len(found):
        names = listed(list(found["gene"]))
        return f"More alike than chance, with all {searched:,} genes searched counted (p adjusted ≤ 0.05): {names}."
    least = 1 / (DRAWN**2 + 1)
    beyond = list(table.loc[table["p_value"] <= least * (1 + 1e-9), "gene"])
    if beyond:
        verb = "is" if len(beyond) == 1 else "are"
        return (
            f"{listed(beyond, most=3)} {verb} more alike than each of {DRAWN**2:,} random pairs. For the best of {searched:,} "
            f"genes that is no proof yet: p adjusted can't be below {significant(min(1.0, searched * least))} here."
        )
    best = table.iloc[int(table["p_value"].to_numpy().argmin())]
    adjusted = float(best["p_adjusted"])
    smallest = significant(float(best["p_value"]))
    begin = f"None of these {len(table):,} is shown to be more alike than chance: the smallest p is {smallest}"
    if adjusted >= 1:
        expected = significant(float(best["p_value"]) * searched)
        return f"{begin}, so that among {searched:,} genes about {expected} as alike or more are expected by chance."
    return f"{begin} ({best['gene']}), and {significant(adjusted)} adjusted for {searched:,} genes searched."


def _caption(atlas: Atlas, gene: str, table: pd.DataFrame) -> None:
    mutual = int((table["reciprocal_rank"] <= len(table)).sum())
    meaning.line(
        "similar-genes",
        f"Ranks are among all {len(atlas.space) - 1:,} other genes. {mutual} of these {len(table)} have {escape_markdown(gene)} "
        f"among their own {len(table)} nearest.",
    )
    hubs = int(table["hub"].sum()) if "hub" in table else 0
    st.caption(
        f"p is the share of random pairs of like biotype and expression that are as alike. A neighbor is the best of "
        f"{len(atlas.space) - 1:,} genes, so p adjusted is p times that number; report this one."
        + (f" {hubs} of these are hubs: near to very many genes, so that being near to one says little." if hubs else "")
    )
