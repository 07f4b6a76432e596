"""A file that this program wrote: said, its choices taken over, and the way to take it as any other table."""

from typing import Any

import numpy as np
import streamlit as st

from generain_core.release.files import GENE_SETS, Release
from generain_core.samples.binning.acceptance import MIN_GENES
from generain_core.samples.interpret.correction import Corrections
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.own_files.content import OwnSamples
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.samples.correction_keys import CorrectionKeys
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown

_CHOICES = Remembered[None]("choices of an own file")


def take_choices(session: Session, raw: RawTable, release: Release) -> None:
    """Set the boxes to what the file was made with, once, before they are shown."""
    own = raw.own
    if own is not None:
        _CHOICES.of(session, raw.sha256, lambda: _take(own, release))


def choice(raw: RawTable) -> Corrections:
    """Say that the file is one of this program's and what is in it; return whether it is to be taken as any other table."""
    own = raw.own
    if own is None:
        return Corrections()
    st.info(escape_markdown(_words(own), 700), icon=":material/inventory_2:")
    if st.checkbox(
        "Take it as a new table",
        key=CorrectionKeys.of(raw).new_table,
        persist_state="session",
        help="What the file says of bins, totals and embedding is left aside; totals are those of its genes alone.",
    ):
        return Corrections(as_new_table=True)
    return Corrections()


def _words(own: OwnSamples) -> str:
    about = own.about
    made_of = f" from {about['source']}" if about.get("source") else ""
    by = f", an embedding by {about['model']}" if about.get("model") and "X_generain" in own.obsm else ""
    names = [name for name in ("umap", "tsne") if f"X_{name}" in own.obsm]
    maps = f", {len(names)} map{'s' * (len(names) > 1)}" if names else ""
    release = f" It was made with {about['release']}." if about.get("release") else ""
    return (
        f"This file was written by this program{made_of}: counts, bins{by}{maps}.{release} What belongs to the release that is "
        "open is taken as it is; with another release the samples are binned anew, by the totals in the file."
    )


def _take(own: OwnSamples, release: Release) -> None:
    state, about, gene_set = st.session_state, own.about, own.gene_set
    if gene_set not in GENE_SETS or not release.has(f"boundaries/{gene_set}", f"boundaries/{gene_set}/genes"):
        return
    state[keys.GENE_SET], state[keys.MIN_GENES] = gene_set, own.option("min_genes", MIN_GENES)
    model: Any = about.get("model")
    if model not in embedding_jobs.ready_models(release, gene_set)[0]:
        return
    state[f"embed_model_{gene_set}"] = str(model)
    state["embed_tie_orders"] = int(about.get("tie_orders", 1))
    state["embed_loss"] = "generain_loss" in own.columns
    state["embed_genes"] = ", ".join(str(name) for name in np.atleast_1d(about.get("contextual_genes", ())))
    state["embed_precision"] = "mixed" if "precision_samples" in about else "float32"
