"""A way in for one gene, the questions that the pages answer, what is loaded, and what is missing."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.home import questions
from generain_core.ui.shell import keys, layout, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/home.py")
layout.title(
    "GeneRAIN Explorer",
    "Your genes, samples and knock-downs, as seen by models trained on 410,000 human bulk RNA-seq samples.",
)
try:
    release = resources.release()
except GeneRAINError as problem:
    st.error(escape_markdown(problem, 1000), icon=":material/error:")
    st.markdown("Start the app with `streamlit run app.py -- --release FOLDER`, or set `GENERAIN_RELEASE`.")
    st.stop()
alerts = st.container()

with st.form("find", border=False):
    row = st.container(horizontal=True, vertical_alignment="bottom")
    name = row.text_input("Find a gene", key="home_gene", type="search", placeholder="XIST, p53, ENSG00000251562 …")
    asked = row.form_submit_button("Open", type="primary", icon=":material/arrow_forward:")
if asked and name:
    st.switch_page("pages/gene.py", query_params={keys.GENE: name[:200]})

st.subheader("What do you want to know?", anchor=False)
questions.cards()

st.subheader("Loaded", anchor=False)
try:
    loaded, ailing = resources.overview()
except GeneRAINError as problem:
    alerts.error(escape_markdown(problem, 1000), icon=":material/error:")
    st.stop()
if ailing:
    alerts.error(escape_markdown(ailing, 1000), icon=":material/error:")
row = st.container(horizontal=True)
for label, value in (
    ("Genes", f"{loaded.genes:,}"),
    ("Protein-coding", f"{loaded.coding:,}"),
    ("lncRNA", f"{loaded.lncrna:,}"),
    ("Numbers per gene", f"{loaded.dimensions:,}" if loaded.dimensions else "none"),
):
    row.metric(label, value, border=True, width=165)
st.caption(
    f"{escape_markdown(release.label)} · vectors: {escape_markdown(loaded.vectors or 'none')} · "
    f"folder: {escape_markdown(release.root)}"
)
for note in loaded.notes:
    st.caption(f":material/info: {escape_markdown(note)}")
if release.note:
    st.caption(escape_markdown(release.note, 600))

missing = release.missing()
if missing:
    with st.expander(
        f"Missing files switch off {len(missing)} part{'s' if len(missing) > 1 else ''}", icon=":material/extension_off:"
    ):
        for sentence in missing:
            st.markdown(f"- {escape_markdown(sentence, 600)}")
