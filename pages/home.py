"""What is loaded, a way in for one gene, three examples, and what is missing."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui import frame, keys, resources
from generain_core.ui.words import plain

frame.require("pages/home.py")
frame.title(
    "GeneRAIN Explorer",
    "Which genes are like yours, coding or not, as seen by models trained on 410,000 human bulk RNA-seq samples.",
)
try:
    release = resources.release()
except GeneRAINError as problem:
    st.error(plain(problem, 1000), icon=":material/error:")
    st.markdown("Start the app with `streamlit run app.py -- --release FOLDER`, or set `GENERAIN_RELEASE`.")
    st.stop()
alerts = st.container()

with st.form("find", border=False):
    row = st.container(horizontal=True, vertical_alignment="bottom")
    name = row.text_input("Find a gene", key="home_gene", type="search", placeholder="XIST, p53, ENSG00000251562 …")
    asked = row.form_submit_button("Open", type="primary", icon=":material/arrow_forward:")
if asked and name:
    st.switch_page("pages/gene.py", query_params={keys.GENE: name[:200]})

st.subheader("Try", anchor=False)
for column, (page, label, icon, words, query) in zip(
    st.columns(3),
    (
        (
            "pages/gene.py",
            "What is XIST like?",
            ":material/genetics:",
            "Its card, its nearest genes, its place on the map.",
            {"gene": "XIST"},
        ),
        (
            "pages/map.py",
            "Where do T cells' genes lie?",
            ":material/scatter_plot:",
            "All genes, colored by similarity to CD3E.",
            {"gene": "CD3E", "color": "Similarity"},
        ),
        (
            "pages/compare.py",
            "RPL3 and GAS5",
            ":material/compare_arrows:",
            "A ribosomal protein and a lncRNA: how alike are they?",
            {"a": "RPL3", "b": "GAS5"},
        ),
    ),
    strict=True,
):
    card = column.container(border=True, height="stretch")
    card.page_link(page, label=f"**{label}**", icon=icon, query_params=query)
    card.caption(words)

st.subheader("Loaded", anchor=False)
try:
    loaded, ailing = resources.overview()
except GeneRAINError as problem:
    alerts.error(plain(problem, 1000), icon=":material/error:")
    st.stop()
if ailing:
    alerts.error(plain(ailing, 1000), icon=":material/error:")
row = st.container(horizontal=True)
for label, value in (
    ("Genes", f"{loaded.genes:,}"),
    ("Protein-coding", f"{loaded.coding:,}"),
    ("lncRNA", f"{loaded.lncrna:,}"),
    ("Numbers per gene", f"{loaded.dimensions:,}" if loaded.dimensions else "none"),
):
    row.metric(label, value, border=True, width=165)
st.caption(f"{plain(release.label)} · vectors: {plain(loaded.vectors or 'none')} · folder: {plain(release.root)}")
for note in loaded.notes:
    st.caption(f":material/info: {plain(note)}")
if release.note:
    st.caption(plain(release.note, 600))

missing = release.missing()
if missing:
    with st.expander(
        f"Missing files switch off {len(missing)} part{'s' if len(missing) > 1 else ''}", icon=":material/extension_off:"
    ):
        for sentence in missing:
            st.markdown(f"- {plain(sentence, 600)}")
