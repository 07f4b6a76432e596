"""Analogies: the genes that are to C as B is to A, and the four on one plane."""

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.geometry.plane import plane_of
from generain_core.text import significant
from generain_core.ui.compare import analogy_chart, formulas
from generain_core.ui.components import capsule_button, downloads, figures, gene_tables, list_button, meaning
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.arithmetic import Arithmetic, arithmetic
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.comparison import cosines_to

_COLUMNS = {
    "biotype": st.column_config.TextColumn("Biotype", width=95),
    "cosine_to_c": st.column_config.NumberColumn("Cosine to C", format="%.3f"),
}


def section(atlas: Atlas, a: str, b: str, c: str) -> None:
    """Show which genes are to C as B is to A."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        formula, k = formulas.formula(), formulas.answers()
    try:
        table = atlas.analogy(a, b, c, k, formula=formula)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
        return
    table = table.assign(cosine_to_c=cosines_to(atlas.space, c, table["gene"]))
    if table.empty:
        st.warning("There is no fourth gene to choose from.")
        return
    left, right = st.columns([5, 4], gap="medium")
    with left:
        gene_tables.show(table, atlas.release, "analogy", "analogy_table", _COLUMNS, against=c, height=390)
        with st.container(horizontal=True):
            details = (f"analogy {a} : {b} = {c} : ?, {formula} vectors", list_button.Origin.ANALOGY.note)
            downloads.offer_gene_table(table, atlas, f"{a}_{b}_{c}_analogy", *details)
            list_button.offer(f"{a} : {b} = {c} : ?", table["gene"], "analogy", list_button.Origin.ANALOGY)
            line = ["analogy", a, b, c, "-k", str(len(table)), "--formula", formula, "--vectors", atlas.space.name]
            capsule_button.offer(f"{a}_{b}_{c}_analogy", line)
        chance = _chance(atlas, atlas.space.fingerprint, (a, b, c), formula)
        st.markdown(
            f"**p {significant(chance.p_value)}**: the share of {chance.draws:,} random triples, of like biotype and "
            "expression and "
            f"with a sum as long, whose best answer is as near to it (mean cosine {chance.null_mean:.3f})."
        )
        meaning.line(
            "analogies-and-sums-of-genes",
            f"By B − A + C over {formulas.SAID[formula]}; the three inputs are left out. Where “Cosine to C” (alone) is as high "
            "as “Cosine”, A and B added nothing.",
        )
    with right:
        _plane(atlas, a, b, c, str(table["gene"].iloc[0]))


@st.cache_resource(max_entries=64, show_spinner="Comparing with random triples …")
def _chance(_atlas: Atlas, fingerprint: str, genes: tuple[str, str, str], formula: str) -> Arithmetic:
    a, b, c = genes
    return arithmetic(_atlas, [[b], [c]], [[a]], formula=formula)


def _plane(atlas: Atlas, a: str, b: str, c: str, best: str) -> None:
    shown = list(dict.fromkeys([a, b, c, best]))
    xy = plane_of(atlas.space.unit(shown))
    colors = dict(zip((c, best, a, b), (figures.SECOND, figures.SECOND, figures.UP, figures.UP), strict=True))
    points = pd.DataFrame({"gene": shown, "x": xy[:, 0], "y": xy[:, 1], "color": [colors[g] for g in shown]})
    arrows = [(a, b, figures.UP), (c, best, figures.SECOND)]
    figure = analogy_chart.analogy_plane(points, arrows, simulated=atlas.release.simulated)
    figures.show(figure, key="analogy_plane", name="analogy", alt=f"{a} to {b} and {c} to {best}")
    st.caption("The four genes on the plane that holds most of their differences. Parallel arrows: a good analogy.")
