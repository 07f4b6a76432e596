"""One gene: who it is, what it is like, where it lies, how it is expressed."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes import expression_distribution
from generain_core.ui.attributes import of_gene
from generain_core.ui.components import figures, gene_input, gene_maps, tables
from generain_core.ui.gene import own_expression
from generain_core.ui.gene.card import card
from generain_core.ui.shell import keys, layout, links, resources
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas

layout.begin_page("pages/gene.py")
layout.title("Gene", "Who a gene is, which genes are like it, and where it lies among all.")
try:
    release, resolver = resources.release(), resources.resolver()
except GeneRAINError as problem:
    layout.stop(problem)
atlas = None
try:
    atlas = resources.atlas()
except GeneRAINError as problem:
    st.warning(escape_markdown(problem, 1000))

gene = gene_input.gene_box("Gene", keys.GENE, resolver, atlas.space if atlas else None)
if gene is None and st.session_state.get(keys.GENE):
    st.stop()
if gene is None:
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown("For example:", width="content")
    for example in ("XIST", "GAS5", "TP53", "CD3E", "RPL3"):
        if resolver.resolve(example).gene:
            row.button(example, key=f"example_{example}", on_click=gene_input.choose, args=(keys.GENE, example))
    st.stop()
card(gene, resolver.table)


def neighbors(atlas: Atlas) -> list[str]:
    st.subheader("Most similar genes", anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    kinds = ["all", "coding", "lncRNA"]
    biotype = links.url_widget(row.segmented_control, "Show", kinds, key=keys.BIOTYPE, default="all", unset="all", required=True)
    k = links.url_widget(row.number_input, "How many", 5, 500, 20, 5, key=keys.K, unset=20, width=140)
    try:
        table = atlas.neighbors(gene, int(k), None if biotype == "all" else biotype)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
        return []
    event = tables.show(
        table,
        release,
        f"{keys.NEIGHBOR_ROW}_{atlas.space.name}_{gene}_{biotype}_{k}",
        height=460,
        on_select="rerun",
        selection_mode="single-row",
        alt=f"The {len(table)} genes most similar to {gene}",
    )
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        tables.download(table, atlas, f"{gene}_neighbors", f"{len(table)} neighbors of {gene}, {biotype}", key="neighbors_csv")
    picked = [i for i in event["selection"]["rows"] if i < len(table)]
    other = str(table["gene"].iloc[picked[0]]) if picked else None
    if other:
        row.button(f"Open {escape_markdown(other)}", key="open_neighbor", on_click=gene_input.choose, args=(keys.GENE, other))
        row.page_link(
            "pages/compare.py",
            label=f"Compare {escape_markdown(gene)} and {escape_markdown(other)}",
            query_params={keys.A: gene, keys.B: other},
        )
    else:
        row.caption("Select a row to open or compare that gene.", width="content")
    mutual = int((table["reciprocal_rank"] <= len(table)).sum())
    st.caption(
        f"Ranks are among all {len(atlas.space) - 1:,} other genes. {mutual} of these {len(table)} have {escape_markdown(gene)} "
        f"among their own {len(table)} nearest. Similar vectors mean similar contexts of expression, "
        "not interaction or shared function."
    )
    return list(table["gene"])


def place(atlas: Atlas, near: list[str]) -> None:
    st.subheader("On the map", anchor=False)
    made = gene_maps.projection(atlas)
    if made is not None:
        layers = gene_maps.list_over_rest(made, near, "most similar genes", figures.SECOND)
        drawn = figures.gene_map(made, layers, {gene: figures.MARK}, simulated=atlas.release.simulated, height=380)
        st.plotly_chart(
            drawn.figure,
            key="place",
            config=figures.export_config(f"{gene}_map"),
            alt=f"{gene} and the genes most similar to it among all genes",
        )


def expression() -> None:
    st.subheader("Expression in ARCHS4", anchor=False)
    try:
        distribution = expression_distribution(release, gene)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
    else:
        if distribution is None:
            st.caption("Not shown: this release has no binning boundaries for this gene.")
        else:
            figure = figures.expression(distribution, simulated=release.simulated)
            own = own_expression.of(distribution)
            own_expression.mark(figure, own)
            st.plotly_chart(figure, key="expression", config=figures.export_config(f"{gene}_expression"))
            st.caption(
                f"{distribution.share_zero:.0%} of {len(distribution.values):,} reference values are zero (not drawn); "
                "the bars show the others."
            )
            own_expression.show(own, distribution, release)


left, right = st.columns([5, 3], gap="medium")
with left:
    near = neighbors(atlas) if atlas else []
with right:
    if atlas is not None:
        place(atlas, near)
    expression()
of_gene.section(release, gene)
