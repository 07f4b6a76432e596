"""Two genes against each other, and analogies: A is to B as C is to what?"""

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.geometry.plane import plane_of
from generain_core.ui.components import figures, gene_input, gene_maps, tables
from generain_core.ui.shell import keys, layout, links, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/compare.py")
layout.title("Compare", "How alike are two genes, and what is to one as a second is to a third?")
try:
    atlas = resources.atlas()
except GeneRAINError as problem:
    layout.stop(problem)

mode = links.url_widget(
    st.segmented_control,
    "Question",
    ["Two genes", "Analogy"],
    key=keys.MODE,
    default="Two genes",
    unset="Two genes",
    required=True,
    help="Analogy: A is to B as C is to which gene?",
)
columns = st.columns(3 if mode == "Analogy" else 2)
with columns[0]:
    a = gene_input.gene_box("Gene A", keys.A, atlas.resolver, atlas.space)
with columns[1]:
    b = gene_input.gene_box("Gene B", keys.B, atlas.resolver, atlas.space)
if mode == "Analogy":
    with columns[2]:
        c = gene_input.gene_box("Gene C", keys.C, atlas.resolver, atlas.space)


def set_genes(**genes: str) -> None:
    for key, name in genes.items():
        st.session_state[key] = name


def pair(a: str, b: str) -> None:
    cosine, b_from_a, a_from_b = atlas.space.similarity(a, b)
    ranked = len(atlas.space) - 1
    metrics = st.columns(3)
    metrics[0].metric("Cosine similarity", f"{cosine:.3f}", border=True)
    metrics[1].metric(
        f"Rank of {escape_markdown(b)} seen from {escape_markdown(a)}",
        f"{b_from_a:,}",
        border=True,
        help=f"Among {ranked:,} genes; 1 is the most similar.",
    )
    metrics[2].metric(
        f"Rank of {escape_markdown(a)} seen from {escape_markdown(b)}",
        f"{a_from_b:,}",
        border=True,
        help=f"Among {ranked:,} genes; 1 is the most similar.",
    )
    if a == b:
        st.info("That is one gene, compared with itself.")
        return
    share = 100 * (ranked - b_from_a) / max(ranked - 1, 1)
    near = [set(atlas.space.neighbors(g, 50, reciprocal=False)["gene"]) for g in (a, b)]
    shared = [g for g in atlas.space.neighbors(a, 50, reciprocal=False)["gene"] if g in near[1]]
    st.markdown(
        f"{escape_markdown(b)} is more similar to {escape_markdown(a)} than {share:.2f} % of all genes are. "
        + (
            f"Of their 50 nearest genes each, they share {len(shared)}: {escape_markdown(', '.join(shared), 500)}."
            if shared
            else "Their 50 nearest genes have none in common."
        )
    )
    made = gene_maps.projection(atlas)
    if made is None:
        return
    layers = gene_maps.list_over_rest(made, shared, "near both", figures.THIRD)
    drawn = figures.gene_map(made, layers, {a: figures.MARK, b: figures.SECOND}, simulated=atlas.release.simulated, height=520)
    st.plotly_chart(
        drawn.figure, key="pair_map", config=figures.export_config(f"{a}_{b}_map"), alt=f"{a} and {b} on the map of all genes"
    )
    st.caption(escape_markdown(gene_maps.quality(made), 600))


def analogy(a: str, b: str, c: str) -> None:
    table = atlas.analogy(a, b, c)
    table = table.assign(cosine_to_c=[atlas.space.similarity(c, gene)[0] for gene in table["gene"]])
    if table.empty:
        st.warning("There is no fourth gene to choose from.")
        return
    left, right = st.columns([5, 4], gap="medium")
    with left:
        tables.show(table, atlas.release, "analogy_table", height=390)
        tables.download(table, atlas, f"{a}_{b}_{c}_analogy", f"analogy {a} : {b} = {c} : ?", key="analogy_csv")
        st.caption(
            "By B − A + C over unit vectors; the three inputs are left out. An analogy always has an answer: where "
            "“Cosine to C” (alone) is as high as “Cosine”, A and B added nothing."
        )
    with right:
        best = str(table["gene"].iloc[0])
        shown = list(dict.fromkeys([a, b, c, best]))
        xy = plane_of(atlas.space.unit(shown))
        colors = dict(zip((c, best, a, b), (figures.SECOND, figures.SECOND, figures.MARK, figures.MARK), strict=True))
        points = pd.DataFrame({"gene": shown, "x": xy[:, 0], "y": xy[:, 1], "color": [colors[g] for g in shown]})
        figure = figures.analogy_plane(
            points, [(a, b, figures.MARK), (c, best, figures.SECOND)], simulated=atlas.release.simulated
        )
        st.plotly_chart(figure, key="analogy_plane", config=figures.export_config("analogy"), alt=f"{a} to {b} and {c} to {best}")
        st.caption("The four genes on the plane that holds most of their differences. Parallel arrows: a good analogy.")


if mode == "Two genes" and a and b:
    pair(a, b)
elif mode == "Analogy" and a and b and c:
    try:
        analogy(a, b, c)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
else:
    example = {"a": "RPL3", "b": "GAS5"} if mode == "Two genes" else {"a": "CD3E", "b": "CD8A", "c": "CD19"}
    if all(gene in atlas.space for gene in example.values()):
        words = " and ".join(example.values()) if mode == "Two genes" else "CD3E : CD8A = CD19 : ?"
        st.button(f"Example: {words}", key="compare_example", on_click=set_genes, kwargs=example)
