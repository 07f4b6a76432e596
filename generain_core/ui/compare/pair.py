"""Two genes: their cosine similarity, their ranks, the neighbors they share, and the map."""

import streamlit as st

from generain_core.ui.components import capsule_button, figures, gene_maps, meaning
from generain_core.ui.lists import why
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.comparison import NEAREST, compare_genes


def section(atlas: Atlas, a: str, b: str) -> None:
    """Show how alike two genes are."""
    pair = compare_genes(atlas.space, a, b)
    ranked = len(atlas.space) - 1
    metrics = st.columns(3)
    metrics[0].metric("Cosine similarity", f"{pair.cosine:.3f}", border=True)
    for column, (of, seen_from, rank) in zip(metrics[1:], ((b, a, pair.rank_of_b), (a, b, pair.rank_of_a)), strict=True):
        column.metric(
            f"Rank of {escape_markdown(of)} seen from {escape_markdown(seen_from)}",
            f"{rank:,}",
            border=True,
            help=f"Among {ranked:,} genes; 1 is the most similar.",
        )
    if a == b:
        st.info("That is one gene, compared with itself.")
        return
    shared = list(pair.shared)
    st.markdown(
        f"{escape_markdown(b)} is more similar to {escape_markdown(a)} than {pair.percent_below:.2f} % of all genes are. "
        + (
            f"Of their {NEAREST} nearest genes each, they share {len(shared)}: {escape_markdown(', '.join(shared), 500)}."
            if shared
            else f"Their {NEAREST} nearest genes have none in common."
        )
    )
    meaning.line("similar-genes")
    capsule_button.offer(f"{a}_{b}", ["similarity", a, b, "--vectors", atlas.space.name])
    why.section(atlas, (a, b))
    _on_map(atlas, a, b, shared)


def _on_map(atlas: Atlas, a: str, b: str, shared: list[str]) -> None:
    projection = gene_maps.projection(atlas)
    if projection is None:
        return
    layers = gene_maps.list_over_rest(projection, shared, "near both", figures.THIRD)
    marked = {a: figures.MARK, b: figures.UP}
    alt, name = f"{a} and {b} on the map of all genes", f"{a}_{b}_map"
    gene_maps.show_over_ground(atlas, projection, layers, marked, height=520, key="pair_map", name=name, alt=alt)
    st.caption(escape_markdown(gene_maps.quality(projection), 600))
