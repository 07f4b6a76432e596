"""Predicted attributes: of a gene, of all genes for one, by rule, and of a list."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.attributes import by_rule, of_attribute, of_gene, of_list, order_view, ready
from generain_core.ui.shell import keys, layout, links, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/attributes.py")
layout.title("Attributes", "What a gene might do, and which genes might do it: predictions for every gene.")
predictions = ready.opened(layout.need(resources.release))
if predictions is None:
    links.end()
order_view.warn(predictions)

VIEWS = {
    "For a gene": of_gene.view,
    "For an attribute": of_attribute.view,
    "By rule": by_rule.view,
    "For a list": of_list.view,
}
chosen = links.url_widget(
    st.segmented_control,
    "Look things up",
    list(VIEWS),
    default="For a gene",
    required=True,
    key=keys.ATTRIBUTE_VIEW,
    label_visibility="collapsed",
    unset="For a gene",
)
try:
    VIEWS[chosen](predictions)
except GeneRAINError as problem:
    st.warning(escape_markdown(problem, 600))
order_view.notes(predictions)
