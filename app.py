"""GeneRAIN Explorer: start with ``streamlit run app.py``, or ``streamlit run app.py -- --release DIR``."""

import streamlit as st

from generain_core.ui.shell import layout, links, sign_in
from generain_core.ui.work import panel

st.set_page_config(page_title="GeneRAIN Explorer", page_icon=str(layout.ASSETS / "icon.svg"), layout="wide")
PAGES = [
    st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
    st.Page("pages/gene.py", title="Gene", icon=":material/genetics:"),
    st.Page("pages/map.py", title="Map", icon=":material/scatter_plot:"),
    st.Page("pages/lists.py", title="Lists", icon=":material/list:"),
    st.Page("pages/compare.py", title="Compare", icon=":material/compare_arrows:"),
    st.Page("pages/attributes.py", title="Attributes", icon=":material/psychology_alt:"),
    st.Page("pages/samples.py", title="Samples", icon=":material/biotech:"),
    st.Page("pages/perturbations.py", title="Perturbations", icon=":material/experiment:"),
    st.Page("pages/cohort.py", title="Cohort", icon=":material/groups:"),
    st.Page("pages/release.py", title="Release", icon=":material/inventory_2:"),
    st.Page("pages/guide.py", title="Guide", icon=":material/menu_book:"),
    st.Page("pages/about.py", title="About", icon=":material/info:"),
]
page = st.navigation(PAGES, position="hidden")
st.logo(str(layout.ASSETS / "logo.svg"), icon_image=str(layout.ASSETS / "icon.svg"), size="large")
sign_in.require()
layout.mark_ready()
links.arrive(page.url_path or "home")
panel.begin()
layout.prepare()
with links.writing():
    layout.sidebar(PAGES, page, panel.section, sign_in.section)
    page.run()
