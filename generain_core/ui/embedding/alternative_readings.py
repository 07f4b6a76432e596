"""Preprocessing doctor: the file in rival readings, how far each moves the samples, and the likely one in a click."""

import pandas as pd
import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.models.checks.alternative_readings import SAMPLES, Diagnosis, diagnose_readings
from generain_core.models.checks.possible_readings import Reading
from generain_core.models.embedding import Embedded
from generain_core.models.model import open_model
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.provenance import provenance
from generain_core.samples.interpret.count_scale import base_taken
from generain_core.samples.interpret.diagnosis import Findings
from generain_core.ui.components import downloads, meaning
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.jobs import job_view as jobs
from generain_core.ui.samples.correction_keys import CorrectionKeys
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import SessionJob
from generain_core.ui.session.steps import Understood
from generain_core.ui.shell import layout
from generain_core.ui.shell.escaping import escape_markdown, sentence

_COLUMNS = {
    "likely": st.column_config.CheckboxColumn("Likely", width="small"),
    "reading": st.column_config.TextColumn("Reading"),
    "genes": st.column_config.NumberColumn("Genes", format="localized", help="Genes of the gene set that are found."),
    "coverage": st.column_config.NumberColumn("Coverage", format="percent"),
    "unevenness": st.column_config.NumberColumn(
        "From even",
        format="%.2f",
        help="0: the expressed bins spread evenly, as in samples like the reference; 1: nothing like it.",
    ),
    "at_top": st.column_config.NumberColumn("At the top", format="percent", help="Expressed bins at 2,000."),
    "at_one": st.column_config.NumberColumn("At 1", format="percent", help="Genes that are not expressed."),
    "moved": st.column_config.NumberColumn("Moves by", format="%.2f", help="In median distances between the samples."),
    "note": st.column_config.TextColumn("What speaks against it"),
}


READINGS = SessionJob[Diagnosis]("doctor")


def view(session: Session, release: Release, resolver: Resolver, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Show the file in rival readings, under the model that embedded it."""
    if session.understood is not None:
        _doctor(session, release, resolver, request, session.understood)


def rescue(session: Session, release: Release, resolver: Resolver) -> None:
    """Offer rival readings of a file that can't be used as it is read now, if the release has a model."""
    ready = [name for gene_set in GENE_SETS for name in work.ready_models(release, gene_set)[0]]
    if ready and session.understood is not None:
        request = work.EmbeddingRequest(None, ready[0], work.found_devices()[0].id)
        _doctor(session, release, resolver, request, session.understood)


def _doctor(
    session: Session, release: Release, resolver: Resolver, request: work.EmbeddingRequest, understood: Understood
) -> None:
    raw, found, said = understood.upload.raw, understood.findings, understood.corrections
    key = raw.sha256, understood.key, request.model
    result = READINGS.result(session, key)
    if result is not None:
        _show(session, release, found, result, request.model)
        return
    job = READINGS.running(session, key)
    if job is not None and job.unfinished:
        jobs.show(job)
        return

    def examine(job: jobs.Job) -> Diagnosis:
        job.tell(0.0, "opening the model")
        model = open_model(release, request.model)
        return diagnose_readings(raw, found, release, resolver, model, corrections=said, device=request.device, progress=job.tell)

    st.markdown(
        f"Was the file read as it was meant? {SAMPLES} samples are read in every way that the file allows (counts or logs, "
        "turned, other names), binned and embedded; the likely reading spreads their bins as in the reference."
    )
    if st.button(jobs.again(job, "Try other readings"), key="run_doctor", icon=":material/stethoscope:"):
        layout.attempt(READINGS.start, session, key, "Trying other readings", examine, request.device)
    if job is not None:
        jobs.show(job)


def _show(session: Session, release: Release, findings: Findings, diagnosis: Diagnosis, model: str) -> None:
    """Show the readings and offer the likely one."""
    proposed = diagnosis.proposed
    if diagnosis.changes:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.warning(escape_markdown(f"Proposed: the file {proposed.words}.", 300), icon=":material/stethoscope:")
        row.button("Read it so", type="primary", key="apply_reading", on_click=_apply, args=(session, findings, proposed))
    else:
        st.success(escape_markdown("Proposed: as it is read now."), icon=":material/check_circle:")
    notes = [each.refused or each.unlikely for each in diagnosis.readings]
    table = diagnosis.table.drop(columns=["refused", "oddness", "expressed"]).assign(note=notes)
    table.insert(0, "likely", [each is proposed for each in diagnosis.readings])
    height = 38 + 35 * len(table)
    st.dataframe(table, hide_index=True, height=height, key="doctor_table", column_config=_COLUMNS, placeholder="")
    for reason in diagnosis.reasons:
        st.markdown(f"- {escape_markdown(sentence(reason), 600)}")
    meaning.line("ways-to-read-a-file")
    origin = provenance(release, f"rival readings of {len(proposed.samples)} samples", f"embedding by {model}")
    downloads.offer(File("CSV", "readings.csv", pd.DataFrame(table)), origin=origin)


def _apply(session: Session, findings: Findings, reading: Reading) -> None:
    """Take a reading over into the boxes that say how the file is understood; for callbacks."""
    raw, said = session.raw, reading.corrections
    if raw is None:
        return
    box, state = CorrectionKeys.of(raw), st.session_state
    axis, layer = said.get("genes_in", findings.genes_in), said.get("layer", findings.layer)
    state[box.axis] = axis
    if "gene_column" in said:
        state[box.column(axis)] = said["gene_column"]
    if "layer" in said:
        state[box.layer] = layer
    for key in (box.kind(axis, layer), box.base(axis, layer)):
        state.pop(key, None)
    if "value_kind" in said:
        state[box.kind(axis, layer)] = said["value_kind"].label
    if "base" in said:
        state[box.base(axis, layer)] = base_taken(findings.values, said).formula
    state[box.undo] = bool(said.get("back_transform", False))
    state[box.missing] = bool(said.get("missing_as_zero", False))
