"""A way in for one gene, the questions that the pages answer, what is loaded, and what is missing."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.home import find_gene, loaded, questions
from generain_core.ui.shell import access, layout, links, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/home.py")
layout.title(
    "GeneRAIN Explorer",
    "Your genes, samples and knock-downs, as seen by GeneRAIN's networks.",
)
try:
    release = resources.release()
except GeneRAINError as problem:
    st.error(escape_markdown(access.discreet(problem), 1000), icon=":material/error:")
    st.markdown("Start the app with `streamlit run app.py -- --release FOLDER`, or set `GENERAIN_RELEASE`.")
    links.end()
alerts = st.container()
loaded.simulated(release)

find_gene.form()
st.header("What do you want to know?", anchor=False)
questions.cards(release)
questions.tour()
st.header("Loaded", anchor=False)
loaded.section(release, alerts)
loaded.missing(release)
