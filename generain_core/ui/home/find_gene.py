"""The way in for one gene."""

import streamlit as st

from generain_core.ui.shell import keys


def form() -> None:
    """Show a box for a gene's name, which opens its page."""
    with st.form("find", border=False):
        row = st.container(horizontal=True, vertical_alignment="bottom")
        name = row.text_input("Find a gene", key="home_gene", type="search", placeholder="XIST, p53, ENSG00000251562 …")
        is_sent = row.form_submit_button("Open", type="primary", icon=":material/arrow_forward:")
    if is_sent and name:
        st.switch_page("pages/gene.py", query_params={keys.GENE: name[:200]})
