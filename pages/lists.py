"""Lists of genes: brought and combined, and asked what their genes have in common."""

import streamlit as st

from generain_core.ui.lists import shelf, views, ways_in
from generain_core.ui.shell import layout, resources

layout.begin_page("pages/lists.py")
layout.title("Lists", "Your lists of genes: are they alike, which genes belong too, what do they share?")
atlas = layout.need(resources.atlas)

left, right = st.columns([3, 8], gap="medium")
with left:
    ways_in.section(atlas.resolver)
    chosen = shelf.section(atlas.resolver)
with right:
    if chosen is None:
        ways_in.offer_examples(atlas)
    else:
        views.section(atlas, chosen)
