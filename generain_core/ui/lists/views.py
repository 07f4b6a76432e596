"""What can be asked of a list, one view at a time."""

from collections.abc import Callable

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.ui.lists import against, expansion, genes, likeness, missing_names, shared, why
from generain_core.ui.lists.enrichment import view as enrichment_view
from generain_core.ui.lists.examples import is_example
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas

VIEWS: dict[str, Callable[[Atlas, GeneList], None]] = {
    "Genes": genes.view,
    "Are they alike?": likeness.view,
    "Which belong too?": expansion.view,
    "Which attributes?": shared.view,
    "Why alike?": why.view,
    "Against another": against.view,
    "Which gene sets?": enrichment_view.view,
}
_SHORT = {"Which attributes?": "Attributes", "Against another": "Two lists", "Which gene sets?": "Gene sets"}
"""What views are called where all of them must stand side by side; in links they keep their names."""


def section(atlas: Atlas, chosen: GeneList) -> None:
    """Show a list in the view that is chosen."""
    layout.name_tab(chosen.name[:80], "Lists")
    st.header(escape_markdown(chosen.name, 80), anchor=False)
    if is_example(chosen):
        st.info("This list is an example. Bring your own under *New list*, on the left.", icon=":material/science:")
    missing_names.line(atlas, chosen)
    view = links.url_widget(
        st.segmented_control,
        "Ask",
        list(VIEWS),
        default="Genes",
        required=True,
        key=keys.LIST_VIEW,
        label_visibility="collapsed",
        unset="Genes",
        format_func=lambda name: _SHORT.get(name, name),
    )
    try:
        VIEWS[view](atlas, chosen)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem, 600))
