"""The samples among hundreds of thousands of others: nearest ones, place on the reference's map, and whether they belong."""

from pathlib import Path

import numpy as np
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.models.embedded_file import details
from generain_core.models.embedding import Embedded
from generain_core.reference.catalog import StoredReference, list_references
from generain_core.reference.placement import Placement, Reference, place_samples
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.text import percent, with_noun
from generain_core.ui.components import downloads, figures, meaning, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.embedding import reference_chart, reference_form
from generain_core.ui.jobs import job_view as jobs
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import SessionJob
from generain_core.ui.shell.escaping import escape_markdown

_COLUMNS = {
    "sample": st.column_config.TextColumn("Sample", pinned=True),
    "verdict": st.column_config.TextColumn("Fits", help="Unlike the reference: its p-value is 0.05 or less."),
    "p_value": st.column_config.NumberColumn(
        "p",
        format="%.3f",
        help="Share of held-out series that lie as far from the reference; empty where none could be held out.",
    ),
    "label": st.column_config.TextColumn("Label", help="Tissue or source that most of the 15 nearest samples have."),
    "label_confidence": st.column_config.NumberColumn(
        "How sure", format="percent", help="How often such a majority is right in a series that the reference does not have."
    ),
    "nearest": st.column_config.TextColumn("Nearest"),
    "in_reference": st.column_config.TextColumn("Is in it as", help="The sample itself is in the reference, under this name."),
    "neighbor": st.column_config.TextColumn("Nearest"),
    "rank": st.column_config.NumberColumn("Rank"),
    "cosine": st.column_config.NumberColumn("Cosine", format="%.4f"),
    "source": st.column_config.TextColumn("From"),
    "series": st.column_config.TextColumn("Series"),
    "title": st.column_config.TextColumn("Title"),
    "tissue": st.column_config.TextColumn("Tissue or source"),
    "characteristics": st.column_config.TextColumn("Characteristics"),
}


def placement_job(model: str) -> SessionJob[Placement]:
    """Return the job that places the samples by a model."""
    return SessionJob(f"placed_{model}")


@st.cache_resource(max_entries=2, show_spinner="Opening the reference …")
def _opened(folder: str, stamp: int) -> Reference:
    return Reference.open(Path(folder))


def view(session: Session, release: Release, resolver: Resolver, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Place the samples in a reference, or offer to build one."""
    found = list_references(release, request.model)
    ready = [each for each in found if each.is_finished]
    if not ready:
        st.markdown(
            "A reference holds many samples embedded once: training samples, samples of ARCHS4, or a table of yours. "
            "There is none for this model yet."
        )
        reference_form.offer(release, request, found)
        return
    if "tie_orders" in result.done:
        raise GeneRAINError(
            "These samples are the mean of several orders of equal bins, and references are of one; embed them again with one."
        )
    chosen = _choose(ready)
    reference = _opened(str(chosen.folder), (chosen.folder / "reference.json").stat().st_mtime_ns)
    key = (request.key, str(chosen.folder), len(reference))
    placing = placement_job(request.model)
    placed = placing.result(session, key)
    if placed is None:
        _begin(session, placing, key, reference, result, request.model)
        job = placing.running(session, key)
        if job is not None:
            jobs.show(job)
        return
    _show(placed, reference, release, result)
    with st.expander("Build another reference, or add to one", icon=":material/library_add:"):
        reference_form.offer(release, request, found)


def _choose(ready: list[StoredReference]) -> StoredReference:
    names = [f"{each.name} · {with_noun(each.state.rows, 'sample')}" for each in ready]
    name = st.selectbox("Reference", names, key="reference", persist_state="session")
    return ready[names.index(name)] if name in names else ready[0]


def _begin(
    session: Session, placing: SessionJob[Placement], key: object, reference: Reference, result: Embedded, model: str
) -> None:
    if placing.running(session, key) is not None:
        return
    embedding, samples = result.adata.obsm["X_generain"], result.adata.obs_names.tolist()

    def run(job: jobs.Job) -> Placement:
        job.tell(0.1, f"comparing with {with_noun(len(reference), 'sample')}")
        return place_samples(reference, embedding, samples, model=model)

    placing.start(session, key, f"Placing {with_noun(len(samples), 'sample')}", run, jobs.SHORT)


def _show(placed: Placement, reference: Reference, release: Release, result: Embedded) -> None:
    table = placed.samples
    strange, usual, sure = placed.flagged, np.median(table["p_value"]), table["label_confidence"].mean()
    if answer := _in_words(placed):
        st.markdown(answer)
    for column, (label, value) in zip(
        st.columns(3),
        (
            ("Unlike the reference", "not known" if strange is None else f"{strange:,} of {len(table):,}"),
            ("Median p of being unlike", "not known" if usual != usual else f"{usual:.2f}"),
            ("Mean certainty of the label", "not known" if sure != sure else percent(sure)),
        ),
        strict=True,
    ):
        column.metric(label, value, border=True)
    figures.show(
        reference_chart.figure(reference, placed, simulated=release.simulated),
        key="reference_map",
        name="reference_map",
        alt=f"{with_noun(len(table), 'sample')} on the map of {len(reference):,} reference samples",
    )
    meaning.line("place-in-a-reference", escape_markdown(f"{reference.plane}. {placed.note}", 800))
    if placed.known:
        st.info(escape_markdown(placed.known, 400), icon=":material/join_inner:")
    _tables(placed, reference, release, result)


def _in_words(placed: Placement) -> str:
    """Return what most samples look like, and how far such a label can be trusted; "" without labels."""
    labels = placed.samples["label"].fillna("").astype(str)
    labels = labels[labels != ""]
    if not len(labels):
        return ""
    most, count = labels.mode()[0], int((labels == labels.mode()[0]).sum())
    known = placed.samples.loc[labels.index[labels == most], "label_confidence"].dropna()
    trust = f" Such a label is right for {percent(known.median())} of samples of new series." if len(known) else ""
    return f"{count:,} of {with_noun(len(placed.samples), 'sample')} look most like **{escape_markdown(most, 80)}**.{trust}"


def _tables(placed: Placement, reference: Reference, release: Release, result: Embedded) -> None:
    table = placed.samples.assign(verdict=placed.samples["out_of_distribution"].map({True: "unlike", False: "fits"}).fillna(""))
    columns = ["sample", "verdict", "p_value", "label", "label_confidence", "nearest", "cosine"]
    shown = table[[*columns, *(["in_reference"] if placed.known else [])]]
    event = tables.show(
        shown,
        release,
        "placed",
        _COLUMNS,
        height=min(38 + 35 * len(shown), 320),
        on_select="rerun",
        selection_mode="single-row",
    )
    picked = [i for i in event["selection"]["rows"] if i < len(table)]
    name = table["sample"].iloc[picked[0] if picked else 0]
    st.markdown(f"Nearest to **{escape_markdown(name)}**" + ("" if picked else " (select a row for another)"))
    near = placed.nearest[placed.nearest["sample"] == name].drop(columns="sample")
    tables.show(near, release, "placed_nearest", _COLUMNS)
    origin = provenance(
        release, *details(result), f"placed among {with_noun(len(reference), 'sample')} of {reference.folder.name}"
    )
    downloads.offer(
        File("Placed samples (csv)", "placed.csv", placed.samples),
        File("Nearest samples (csv)", "nearest.csv", placed.nearest),
        origin=origin,
    )
