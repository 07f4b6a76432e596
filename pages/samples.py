"""The user's samples: read, understood, judged, binned."""

from pathlib import Path

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.embedding import alternative_readings, sections
from generain_core.ui.jobs import job_view
from generain_core.ui.samples import acceptance_view, binned_view, choose_source, corrections
from generain_core.ui.session import upload
from generain_core.ui.shell import keys, layout, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/samples.py")
layout.title("Samples", "Your expression table in: what it is, what is wrong with it, and its Binning-By-Gene bins.")
try:
    release = resources.release()
    resolver = resources.resolver()
except GeneRAINError as problem:
    layout.stop(problem)
gene_sets = [name for name in ("coding_lncrna", "gene2vec") if release.has(f"boundaries/{name}", f"boundaries/{name}/genes")]
if not gene_sets:
    layout.stop("Samples can't be binned: this release has no binning boundaries; Home says which files bring them.")

session = upload.current()
if session is None:
    choose_source.ways_in(release)
    st.stop()

row = st.container(horizontal=True, vertical_alignment="center")
row.subheader(escape_markdown(session.source), anchor=False)
row.button("Another file", key="forget", icon=":material/close:", on_click=upload.forget)
upload.collect(session)
if session.raw is None:
    job_view.show(session.reading)
    st.stop()

row = corrections.boxes()
try:
    with st.spinner("Looking at names and values …"):
        found = upload.findings(session, resolver, {})
    said = corrections.corrections(row, session.raw, found)
    with st.spinner("Looking at names and values …"):
        found = upload.findings(session, resolver, said) if said else found
    said |= corrections.kinds(row, session.raw, found)
    place = st.container()
    said |= corrections.consents(session.raw, found, said)
    with place:
        corrections.understood(session.raw, found, said)
    made = upload.expression(session, found, said)
except GeneRAINError as problem:
    corrections.refused(problem)
    alternative_readings.rescue(session, release, resolver)
    st.stop()
corrections.notice(made.value_kind)

with st.expander("Sample sheet" + (": joined" if session.sheet is not None else " (optional)"), icon=":material/table:"):
    sheet = st.file_uploader("csv, tsv or xlsx with a column of sample names", key=f"sheet_{session.sheets}")
    if sheet is not None:
        layout.attempt(upload.begin_sheet, session, made, sheet, sheet.name)
    st.dataframe(made.obs.reset_index(names="sample"), hide_index=True, height=200, key="obs")
    together = st.multiselect(
        "Sum samples (or cells) that are equal in",
        list(made.obs.columns),
        key=f"sum_{st.session_state[keys.UPLOADS]}_{session.sheets}",
        persist_state="session",
    )
try:
    made = upload.summed(session, made, together)
except GeneRAINError as problem:
    st.error(escape_markdown(problem, 1000), icon=":material/block:")
    st.stop()
with st.expander("Preview", icon=":material/visibility:"):
    st.dataframe(binned_view.preview(made), key="preview", height=240)

st.subheader("Fit for the model", anchor=False)
row = st.container(horizontal=True, vertical_alignment="bottom")
gene_set = row.segmented_control(
    "Gene set", gene_sets, default=gene_sets[0], required=True, key=keys.GENE_SET, persist_state="session"
)
min_genes = row.number_input(
    "More expressed genes than",
    0,
    100_000,
    2000,
    100,
    key=keys.MIN_GENES,
    width=220,
    persist_state="session",
    help="The authors ask for more than 2,000. A lower number keeps poorer samples; the warning stays with the result.",
)
try:
    result = upload.examined(session, made, release, resolver, gene_set, int(min_genes))
except GeneRAINError as problem:
    st.error(escape_markdown(problem, 1000), icon=":material/block:")
    st.stop()
acceptance_view.show(result)

upload.collect(session)
if not session.is_binned:
    kept = int(result.acceptance["kept"].sum())
    if st.button(f"Bin {kept:,} samples", type="primary", key="bin", disabled=not kept, icon=":material/play_arrow:"):
        layout.attempt(upload.begin_binning, session, made, release, resolver, gene_set, int(min_genes))
    if session.binning is not None and session.binned_key == session.key:
        job_view.show(session.binning)
    st.stop()

st.subheader("Bins", anchor=False)
upload.describe_anew(session, made)
binned_view.effect(session.normalized, release)
binned_view.downloads(session.normalized, made, Path(session.source).name.split(".")[0])
sections.section(session, release, resolver, gene_set)
