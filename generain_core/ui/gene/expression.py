"""How a gene is expressed in the reference samples, and where one's own samples lie among them."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes import expression_distribution
from generain_core.release.files import Release
from generain_core.text import percent
from generain_core.ui.components import figures, meaning
from generain_core.ui.gene import expression_chart, own_expression
from generain_core.ui.shell.escaping import escape_markdown


def section(release: Release, gene: str) -> None:
    """Show the distribution of a gene's reference values, and say where the release has none."""
    st.header("Expression over the reference samples", anchor=False)
    try:
        distribution = expression_distribution(release, gene)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
        return
    if distribution is None:
        st.caption("Not shown: this release has no binning boundaries for this gene.")
        return
    figure = expression_chart.expression(distribution, simulated=release.simulated)
    own = own_expression.of(distribution)
    own_expression.mark(figure, own)
    figures.show(figure, key="expression", name=f"{gene}_expression")
    meaning.line(
        "mean-expression",
        f"{percent(distribution.share_zero)} of {len(distribution.values):,} reference values are zero (not drawn); "
        "the bars show the others.",
    )
    own_expression.show(own, distribution, release)
