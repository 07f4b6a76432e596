"""The view of the probe: kept in a file, and one from a file used on the samples at hand."""

import tempfile
from pathlib import Path

import streamlit as st

from generain_core.cohort.run import CohortResult
from generain_core.cohort.saved.fit import fit_probe
from generain_core.cohort.saved.probe_file import read_probe, write_probe
from generain_core.cohort.saved.use import use_probe
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.release.provenance import provenance
from generain_core.ui.components import downloads, meaning, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.session.kept_keys import action
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered
from generain_core.ui.shell import links
from generain_core.ui.shell.escaping import escape_markdown

_FITTED = Remembered[bytes]("cohort_probe")
_FILE = action("cohort_probe_file")


def view(session: Session, result: CohortResult, release: Release) -> None:
    """Offer the probe as a file, and use one from a file on the samples at hand."""
    st.caption(
        "The probe on a model's embedding, fitted to all samples, as a file of arrays and words: no code is in it. It holds the "
        "embeddings of your samples, by which it refuses others that are far from them."
    )
    models = list(result.samples.embeddings)
    model = str(
        links.url_widget(
            st.selectbox,
            "Model",
            models,
            models.index(result.comparison.favorite),
            key="cohort_probe_model",
            unset=result.comparison.favorite,
            format_func=lambda name: describe_model(name).title,
        )
    )
    try:
        content = _FITTED.of(session, (result.serial, model), lambda: _fitted(result, release, model))
    except GeneRAINError as problem:
        st.info(escape_markdown(problem, 600), icon=":material/info:")
    else:
        downloads.offer(File("Probe", "cohort_probe.zip", content))
    use(session, release)


def use(session: Session, release: Release) -> None:
    """Read a saved probe and use it on the samples of the Samples page."""
    uploaded = st.file_uploader("Use a saved probe on these samples", ["zip"], key=_FILE)
    if uploaded is None:
        return
    try:
        with tempfile.TemporaryDirectory(prefix="generain-probe-") as folder:
            path = Path(folder) / "probe.zip"
            path.write_bytes(uploaded.read())
            saved = read_probe(path)
        adata = embedding_jobs.at_hand(session, saved.model)
        if adata is None:
            st.info(
                f"Embed the samples by {escape_markdown(describe_model(saved.model).title)} on the Samples page first.",
                icon=":material/info:",
            )
            st.page_link("pages/samples.py", label="Samples", icon=":material/biotech:")
            return
        table = use_probe(saved, adata, release)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 600), icon=":material/block:")
        return
    words = f"{saved.column}, fitted to {saved.samples:,} samples of {saved.donors:,} donors; held-out {saved.score}"
    st.caption(escape_markdown(words, 300))
    tables.show(table, release, "cohort_used_table", _USED, placeholder="too far")
    meaning.line("a-saved-probe-on-further-samples")
    species = str(adata.uns["generain"].get("from_species", ""))
    marks = [f"from {species} by orthologs"] if species else []
    origin = provenance(release, *marks, f"probe of {saved.column} on {saved.model}", f"held-out {saved.score}")
    downloads.offer(File("Predictions", "cohort_used.csv", table), origin=origin)


def _fitted(result: CohortResult, release: Release, model: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="generain-probe-") as folder:
        path = Path(folder) / "probe.zip"
        write_probe(fit_probe(result, release, model), path)
        return path.read_bytes()


_USED = {
    "sample": st.column_config.TextColumn("Sample", pinned=True),
    "strangeness": st.column_config.NumberColumn("Strangeness", format="%.2f", help="1: as far as 95 % of training samples."),
    "far_p_value": st.column_config.NumberColumn("p of being far", format="%.2g"),
    "far": st.column_config.CheckboxColumn("Far", help="Too far from the training samples: nothing is predicted."),
    "why": st.column_config.TextColumn("Why not"),
    "predicted": st.column_config.Column("Predicted"),
}
