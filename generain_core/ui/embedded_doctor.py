"""Preprocessing doctor: the file in rival readings, how far each moves the samples, and the likely one in a click."""

from typing import Any, cast

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.export import csv_bytes, provenance
from generain_core.models.doctor import SAMPLES, Diagnosis, Reading, diagnose_readings
from generain_core.models.embedded import Embedded
from generain_core.models.model import open_model
from generain_core.release import GENE_SETS, Release
from generain_core.samples.correct import Corrections
from generain_core.samples.diagnose import Findings
from generain_core.ui import embedded_work as work
from generain_core.ui import jobs, parts
from generain_core.ui.uploads import Session
from generain_core.ui.words import plain, sentence

_PLACES = ("genes_in", "gene_column", "layer")
_VALUES = ("value_kind", "back_transform", "base", "plus_one")
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


def view(session: Session, release: Release, resolver: Any, asked: work.Asked, made: Embedded) -> None:
    """Show the file in rival readings, under the model that embedded it."""
    said = cast(Corrections, dict(session.memory["expression"][0][0]))  # type: ignore[index]
    found = session.memory["corrected" if any(key in said for key in _PLACES) else "findings"][1]
    _doctor(session, release, resolver, asked, found, said)


def rescue(session: Session, release: Release, resolver: Any, found: Findings | None, said: Corrections) -> None:
    """Offer rival readings of a file that can't be used as it is read now, if the release has a model."""
    ready = [name for gene_set in GENE_SETS for name in work.ready_models(release, gene_set)[0]]
    if not ready or found is None or session.raw is None:
        return
    asked = work.Asked(None, ready[0], work.found_devices()[0].id, frozenset(resolver.table.model.index))
    _doctor(session, release, resolver, asked, found, said)


def applied(session: Session) -> Corrections:
    """Say which reading of the values was taken over, with the way back, and return its corrections."""
    known = session.memory.get("reading")
    if known is None:
        return Corrections()
    reading: Reading = known[1]
    row = st.container(horizontal=True, vertical_alignment="center")
    row.info(plain(f"The file is read {reading.words}, as its bins suggest.", 300), icon=":material/stethoscope:")
    row.button("Undo", key="undo_reading_choice", on_click=lambda: session.memory.pop("reading", None))
    return cast(Corrections, {key: value for key, value in reading.corrections.items() if key in _VALUES})


def _doctor(session: Session, release: Release, resolver: Any, asked: work.Asked, found: Findings, said: Corrections) -> None:
    raw = session.raw
    if raw is None:
        return
    key = raw.sha256, tuple(sorted(said.items())), asked.model
    made: Diagnosis | None = parts.outcome(session, "doctor", key)
    if made is not None:
        _found(session, release, made)
        return
    job = parts.running(session, "doctor", key)
    if job is not None and job.unfinished:
        jobs.show(job)
        return

    def examine(job: jobs.Job) -> None:
        job.tell(0.0, "opening the model")
        model = open_model(release, asked.model, asked.modelled)
        job.result = diagnose_readings(
            raw, found, release, resolver, model, corrections=said, device=asked.device, progress=job.tell
        )

    st.markdown(
        f"Was the file read as it was meant? {SAMPLES} samples are read in every way that the file allows (counts or logs, "
        "turned, other names), binned and embedded; the likely reading spreads their bins as in the reference."
    )
    if st.button("Try other readings", key="run_doctor", icon=":material/stethoscope:"):
        try:
            parts.start(session, "doctor", key, "Trying other readings", examine, asked.device)
        except GeneRAINError as problem:
            st.error(plain(problem))
        else:
            st.rerun()
    if job is not None:
        jobs.show(job)


def _found(session: Session, release: Release, made: Diagnosis) -> None:
    """Show the readings and offer the likely one."""
    proposed = made.proposed
    if made.changes:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.warning(plain(f"Proposed: the file {proposed.words}.", 300), icon=":material/stethoscope:")
        row.button("Read it so", type="primary", key="apply_reading", on_click=_apply, args=(session, proposed))
    else:
        st.success(plain("Proposed: as it is read now."), icon=":material/check_circle:")
    notes = [each.refused or each.unlikely for each in made.readings]
    table = made.table.drop(columns=["refused", "oddness", "expressed"]).assign(note=notes)
    table.insert(0, "likely", [each is proposed for each in made.readings])
    height = 38 + 35 * len(table)
    st.dataframe(table, hide_index=True, height=height, key="doctor_table", column_config=_COLUMNS, placeholder="")
    for reason in made.reasons:
        st.markdown(f"- {plain(sentence(reason), 600)}")
    origin = provenance(release, "rival readings of a few samples")
    st.download_button(
        "CSV",
        csv_bytes(pd.DataFrame(table), origin),
        "readings.csv",
        "text/csv",
        key="download_readings",
        on_click="ignore",
        icon=":material/download:",
    )


def _apply(session: Session, reading: Reading) -> None:
    """Take a reading over: its places into the boxes above, its values beside them; for callbacks."""
    raw, said = session.raw, reading.corrections
    if raw is None:
        return
    mark = raw.sha256[:12]
    axis = said.get("genes_in")
    if axis is not None:
        st.session_state[f"axis_{mark}"] = axis
    if "gene_column" in said and axis is not None:
        st.session_state[f"column_{axis}_{mark}"] = said["gene_column"]
    if "layer" in said:
        st.session_state[f"layer_{mark}"] = said["layer"]
    if said.get("missing_as_zero"):
        st.session_state[f"missing_{mark}"] = True
    st.session_state.pop(f"undo_{mark}", None)
    session.memory.pop("reading", None)
    if any(key in said for key in _VALUES):
        session.memory["reading"] = (None, reading)
