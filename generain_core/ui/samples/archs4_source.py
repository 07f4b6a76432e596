"""Samples of ARCHS4 as samples to work on: found by words, chosen, read by a job."""

from typing import Any

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.samples.archs4.chosen_samples import BULK, Archs4
from generain_core.samples.archs4.index import is_listed
from generain_core.text import with_noun
from generain_core.ui.components import meaning
from generain_core.ui.jobs import job_view
from generain_core.ui.session import upload
from generain_core.ui.shell import layout
from generain_core.ui.shell.escaping import escape_markdown

SHOWN, MOST = 200, 300
COLUMNS = {
    "geo_accession": st.column_config.TextColumn("Sample", pinned=True),
    "series_id": st.column_config.TextColumn("Series"),
    "title": st.column_config.TextColumn("Title"),
    "source_name_ch1": st.column_config.TextColumn("Source"),
    "characteristics_ch1": st.column_config.TextColumn("Characteristics"),
    "singlecellprobability": st.column_config.NumberColumn("Single cell", format="%.2f", help="Probability, as ARCHS4 gives it."),
}


def listed(release: Release) -> Archs4 | None:
    """Return the samples of ARCHS4, or show the job that lists them for the first time and return None."""
    path = release.path("archs4")
    if is_listed(path):
        return Archs4.open(release)
    key = f"archs4-{path}-{path.stat().st_mtime_ns}"
    job = job_view.queue().get(key)
    if job is not None and job.state == "done":
        opened: Archs4 = job.result
        return opened

    def work(job: job_view.Job) -> None:
        job.result = Archs4.open(release, progress=job.tell)

    ended = job is not None and not job.unfinished
    if job is None or (ended and st.session_state.get("archs4_again")):
        job, ended = (
            job_view.queue().submit(key, "Listing the samples of ARCHS4", work, job_view.session_id(), job_view.SHORT),
            False,
        )
    job_view.show(job)
    if ended:
        st.button("Try again", key="archs4_again", icon=":material/refresh:")
    return None


def show(table: pd.DataFrame, key: str, **options: Any) -> Any:
    """Show found samples."""
    return st.dataframe(table.drop(columns="column"), hide_index=True, height=240, column_config=COLUMNS, key=key, **options)


def offer(release: Release) -> None:
    """Offer to search ARCHS4 and to take samples from it."""
    if not release.has("archs4"):
        return
    with st.expander("Samples of ARCHS4", icon=":material/database:", key="archs4_open", on_change="rerun") as opened:
        if opened.open:
            try:
                _search(release)
            except GeneRAINError as problem:
                st.error(escape_markdown(problem, 1000))


def _search(release: Release) -> None:
    archs4 = listed(release)
    if archs4 is None:
        return
    meaning.line("single-cells-in-archs4")
    row = st.container(horizontal=True, vertical_alignment="bottom")
    words = row.text_input(
        "With all of these words",
        key="archs4_words",
        placeholder='liver female -cancer "T cell" GSE12345',
        help="In title, source, characteristics, series or accession; *carcinoma also inside words. "
        "A minus: without the word. Quotes: as it stands.",
    )
    cells = row.checkbox(
        "Single cells too", key="archs4_cells", help=f"Else samples with a probability above {BULK} are left out."
    )
    found, total = archs4.search(words, max_single_cell=None if cells else BULK, limit=MOST)
    shown = found.head(SHOWN)
    event = show(shown, f"archs4_found_{words}_{cells}", on_select="rerun", selection_mode="multi-row")
    picked = [i for i in event["selection"]["rows"] if i < len(shown)]
    chosen = shown["column"].iloc[picked].tolist() if picked else found["column"].tolist()
    first = "" if total <= MOST else f" Up to {MOST} can be taken at once: say more words, or select rows."
    st.caption(f"{total:,} of {with_noun(len(archs4), 'sample')}{'' if total <= SHOWN else f', the first {SHOWN} shown'}.{first}")
    enabled = bool(picked) or 0 < total <= MOST
    if st.button(
        f"Take {with_noun(len(chosen) if enabled else 0, 'sample')}",
        key="archs4_take",
        disabled=not enabled,
        icon=":material/add:",
    ):
        layout.attempt(upload.begin_archs4, archs4, chosen)
