"""Are the genes of a list alike: against matched random lists, in which groups, and which are odd."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from generain_core.lists.coherence import Coherence, coherence
from generain_core.lists.gene_list import GeneList
from generain_core.lists.shape import Shape, shape
from generain_core.progress import Progress
from generain_core.text import significant
from generain_core.ui.components import capsule_button, downloads, figures, gene_tables, list_button, meaning
from generain_core.ui.lists import work
from generain_core.ui.lists.genes import restricted
from generain_core.vectors.atlas import Atlas
from generain_core.wording.origins import circular

QUICK = 1_000
"""Genes up to which this takes less than two seconds."""
_COLUMNS = {
    "mean_cosine": st.column_config.NumberColumn("Mean cosine", format="%.3f", help="To the other genes of the list."),
    "p_value": st.column_config.NumberColumn(
        "p", format="%.2g", help="Share of genes of like biotype and expression that are as close to the others."
    ),
    "odd": st.column_config.CheckboxColumn("Odd", help="Far below the rest of the list, and no closer to it than random genes."),
    "group": st.column_config.NumberColumn("Group", help="Genes that are close to each other; 0 is none."),
}


def view(atlas: Atlas, chosen: GeneList) -> None:
    """Show coherence and shape."""
    genes = restricted(atlas, chosen)
    if len(genes) < 2:
        st.info("A list needs two genes with vectors to be compared; add some.")
        return
    key = (atlas.space.fingerprint, genes.genes, genes.origin)

    def make(tell: Progress) -> tuple[Coherence, Shape | None]:
        measured = coherence(atlas, genes, progress=tell)
        return measured, shape(atlas, genes) if len(genes) > 2 else None

    result = work.result("likeness", key, f"Comparing {len(genes):,} genes", make, quick=len(genes) <= QUICK)
    if result is None:
        return
    _coherence(atlas, genes, result[0])
    if result[1] is not None:
        _shape(atlas, genes, result[1])


def _coherence(atlas: Atlas, genes: GeneList, result: Coherence) -> None:
    matched = " and ".join(result.matched_on)
    row = st.container(horizontal=True)
    row.metric("Mean cosine of all pairs", f"{result.mean_cosine:.3f}", border=True, width=190)
    row.metric("Random lists", f"{result.null_mean:.3f} ± {result.null_sd:.3f}", border=True, width=210, help="Mean ± SD.")
    row.metric("Effect", f"{result.effect:+.1f} SD", border=True, width=125, help="Above the mean of random lists.")
    if result.p_value is not None:
        least = 1 / (1 + result.draws)
        row.metric("p", f"{'≤ ' if result.p_value <= least else ''}{significant(result.p_value)}", border=True, width=125)
    else:
        st.info(circular(genes.origin), icon=":material/cycle:")
    figures.show(
        _null_figure(result, simulated=atlas.release.simulated),
        key="list_coherence",
        name="coherence",
        zoom=False,
        alt=f"Mean cosine of the list and of {result.draws:,} random lists",
    )
    meaning.line(
        "coherence",
        f"{result.draws:,} random lists, each gene exchanged for a random one of like {matched}. p is the share of them that are "
        "as alike or more, one-sided.",
    )
    line = ["coherence", ",".join(genes.genes), "--draws", str(result.draws), "--vectors", atlas.space.name]
    line += ["--origin", genes.origin.value] if genes.origin.by_similarity else []
    capsule_button.offer("coherence", line)


def _null_figure(result: Coherence, *, simulated: bool) -> go.Figure:
    counts, edges = np.histogram(result.null, bins=40)
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=np.diff(edges),
            marker={"color": figures.GREY, "line": {"width": 0}},
            hovertemplate="%{x:.3f}<br>%{y} random lists<extra></extra>",
        )
    )
    figure.add_vline(result.mean_cosine, line={"color": figures.MARK, "width": 3})
    figure.add_annotation(
        x=result.mean_cosine,
        y=1,
        yref="paper",
        text="your list",
        showarrow=False,
        yanchor="top",
        xanchor="right",
        xshift=-6,
        font={"color": figures.MARK},
    )
    figure.update_layout(
        height=240,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        xaxis={"title": {"text": "mean cosine of all pairs"}, "automargin": True},
        yaxis={"title": {"text": "random lists"}},
        bargap=0,
        showlegend=False,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def _shape(atlas: Atlas, genes: GeneList, result: Shape) -> None:
    st.subheader("Groups and odd ones", anchor=False)
    odd = int(result.table["odd"].sum())
    if result.groups is None:
        sentence = "The list is too long to be grouped."
    elif result.groups == 0:
        sentence = "No three of them are closer to each other than 99 % of random pairs are."
    else:
        sizes = [int((result.table["group"] == number).sum()) for number in range(1, result.groups + 1)]
        shown = ", ".join(map(str, sizes[:6])) + (" …" if len(sizes) > 6 else "")
        sentence = (
            f"{result.groups} group{'s' * (result.groups > 1)} of {shown} genes, closer on average than 99 % of random pairs."
        )
    by_similarity = genes.origin.by_similarity
    table = result.table.drop(columns=["p_value", "odd"]) if by_similarity else result.table
    more = ""
    if not by_similarity:
        which = f"{odd:,} of {len(result.table):,} genes {'is' if odd == 1 else 'are'} odd" if odd else "No gene is odd"
        more = f" {which}: far below the rest of the list, and no closer to it than random genes."
    st.markdown(sentence + more)
    ordered = table.sort_values(["group", "mean_cosine"], ascending=[True, False])
    gene_tables.show(ordered, atlas.release, "shape", "list_shape", _COLUMNS, height=320)
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.offer_gene_table(table, atlas, "list_groups", f"groups of {genes.name}", genes.origin.note)
        if not by_similarity and 0 < odd < len(result.table):
            rest = result.table.loc[~result.table["odd"], "gene"]
            list_button.offer(
                f"{genes.name}, without odd ones", rest, "not_odd", list_button.Origin.EXPANSION, label="Without odd ones"
            )
        for number in range(1, min(result.groups or 0, 4) + 1):
            members = result.table.loc[result.table["group"] == number, "gene"]
            name = f"{genes.name}, group {number}"
            list_button.offer(name, members, f"group_{number}", list_button.Origin.EXPANSION, label=f"Group {number} as a list")
    meaning.line("groups-and-odd-ones")
