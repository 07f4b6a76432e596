"""Are the genes of a list alike: against matched random lists, in which groups, and which are odd."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from generain_core.lists.coherence import Coherence, coherence
from generain_core.lists.gene_list import GeneList
from generain_core.lists.shape import Shape, shape
from generain_core.progress import Progress
from generain_core.text import listed, signed, significant, with_noun
from generain_core.ui.components import capsule_button, downloads, figures, gene_tables, list_button, meaning
from generain_core.ui.lists import work
from generain_core.ui.lists.genes import restricted
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.wording.origins import circular

QUICK = 1_000
"""Genes up to which this takes less than two seconds."""
LEVEL = 0.05
"""The p-value from which on a list is said to be alike."""
_COLUMNS = {
    "mean_cosine": st.column_config.NumberColumn("Mean cosine", format="%.3f", help="To the other genes of the list."),
    "p_value": st.column_config.NumberColumn(
        "p of the gene",
        format="%.2g",
        help="Share of genes of like biotype and expression that are as close to the others: of this gene alone, where the p "
        "above is of the whole list.",
    ),
    "odd": st.column_config.TextColumn("Odd", help="Far below the rest of the list, and no closer to it than random genes."),
    "group": st.column_config.NumberColumn("Group", help="Genes that are close to each other; empty for none."),
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
    if result.p_value is not None:
        st.markdown(_verdict(result))
    row = st.container(horizontal=True)
    row.metric("Mean cosine of all pairs", signed(result.mean_cosine, 3, plus=False), border=True, width=175)
    null = f"{signed(result.null_mean, 3, plus=False)} ± {result.null_sd:.3f}"
    row.metric("Random lists", null, border=True, width=180, help="Mean ± SD.")
    row.metric("Effect", f"{signed(result.effect, 1)} SD", border=True, width=120, help="Above the mean of random lists.")
    if result.p_value is not None:
        least = 1 / (1 + result.draws)
        row.metric("p", f"{'≤ ' if result.p_value <= least else ''}{significant(result.p_value)}", border=True, width=115)
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


def _verdict(result: Coherence) -> str:
    """Return the answer in a sentence."""
    if result.p_value is not None and result.p_value <= LEVEL:
        above = round((1 + result.draws) * result.p_value) - 1
        which = f"any of {result.draws:,}" if not above else f"all but {above:,} of {result.draws:,}"
        return f"**Yes**, as a whole: these genes are more alike than {which} random lists of genes like them."
    return "**Not more than chance**: random lists of genes like them are often as alike."


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
        sentence = "No groups within it: no three of its genes are closer to each other than the closest 1 % of random pairs."
    else:
        grouped = [result.table.loc[result.table["group"] == number, "gene"] for number in range(1, result.groups + 1)]
        shown = "; ".join(f"**{number}** {listed(list(each), most=4)}" for number, each in enumerate(grouped[:6], start=1))
        sentence = (
            f"{with_noun(result.groups, 'group')} of genes that are closer on average than the closest 1 % of random pairs: "
            f"{shown}{' …' if len(grouped) > 6 else ''}."
        )
    by_similarity = genes.origin.by_similarity
    table = result.table.drop(columns=["p_value", "odd"]) if by_similarity else result.table
    more = ""
    if not by_similarity:
        which = f"{odd:,} of {len(result.table):,} genes {'is' if odd == 1 else 'are'} odd" if odd else "No gene is odd"
        names = escape_markdown(listed(list(result.table.loc[result.table["odd"], "gene"]), most=10), 400)
        which += f" ({names})" if odd else ""
        more = f" {which}: far below the rest of the list, and no closer to it than random genes."
    st.markdown(sentence + more)
    last = table["group"].replace(0, table["group"].max() + 1)
    ordered = table.assign(last=last).sort_values(["last", "mean_cosine"], ascending=[True, False]).drop(columns="last")
    if result.groups:
        ordered["group"] = ordered["group"].replace(0, None).astype("Int64")
    else:
        ordered = ordered.drop(columns="group")
    if "odd" in ordered:
        ordered["odd"] = np.where(ordered["odd"], "odd", "")
    gene_tables.show(ordered, atlas.release, "shape", "list_shape", _COLUMNS, height=320, placeholder="")
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
