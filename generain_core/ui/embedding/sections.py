"""The second half of the Samples page: where the model puts the samples, and how far that can be trusted."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.models.embedding import Embedded
from generain_core.release.files import Release
from generain_core.text import with_noun
from generain_core.ui.components import steps
from generain_core.ui.embedding import (
    alternative_readings,
    export,
    map_view,
    model_choice,
    placement,
    similarity_view,
    stability_view,
    token_audit,
)
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.shell import links
from generain_core.ui.shell.escaping import escape_markdown

_STEP = "embedding"
_BOXES = survives_reload("embed_")
"""How the keys of all boxes of the embedding begin."""

View = Callable[[Session, Release, Any, work.EmbeddingRequest, Embedded], None]
VIEWS: dict[str, View] = {
    "Map": map_view.view,
    "Reference": placement.view,
    "Heatmap": similarity_view.view,
    "Genes read": token_audit.view,
    "Stability": stability_view.view,
    "Reading": alternative_readings.view,
}
"""What is shown of embedded samples, one at a time. A new view is one more entry."""
_TITLES = {"Genes read": "Genes it reads", "Reading": "Read otherwise?"}
"""What views are called where their name in links says too little."""


def section(session: Session, release: Release, resolver: Resolver, gene_set: str) -> None:
    """Show the choice of a model, run it as a job, and show what came of it."""
    if session.normalized is None:
        return
    try:
        with steps.step(_STEP, "Embedding"):
            request = model_choice.choose(session, release, resolver, gene_set)
            if request is not None:
                work.restore(session, release, request)
                result = work.result(session, request)
                if result is not None:
                    _done(session, request, result)
        if request is None:
            steps.waits(_STEP)
            return
        if result is None:
            model_choice.offer(session, release, request, session.normalized.adata.n_obs)
            return
        width = result.adata.obsm["X_generain"].shape[1]
        steps.done(_STEP, f"{with_noun(result.adata.n_obs, 'sample')} by {result.done['model']}, {width:,} numbers each")
        view = links.url_widget(
            st.segmented_control,
            "View",
            list(VIEWS),
            default=next(iter(VIEWS)),
            required=True,
            key=f"{_BOXES}view",
            label_visibility="collapsed",
            format_func=lambda name: _TITLES.get(name, name),
            unset=next(iter(VIEWS)),
        )
        VIEWS[str(view)](session, release, resolver, request, result)
        export.offer(session, release, request, result)
        _ways_on(session)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 1000), icon=":material/block:")


def _ways_on(session: Session) -> None:
    """Lead on to what can be asked of samples with a sheet."""
    if session.summed is None or not len(session.summed.expression.obs.columns):
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.page_link("pages/perturbations.py", label="Compare groups of these samples", icon=":material/experiment:")
    row.page_link("pages/cohort.py", label="Predict something of them", icon=":material/groups:")


def _taken(done: dict[str, Any]) -> str:
    return ", as it is in your file" if done.get("restored") else f" in {model_choice.duration(done['seconds'])}"


def _done(session: Session, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Say what was done, and offer to do it again."""
    done = result.done
    row = st.container(horizontal=True, vertical_alignment="center")
    loss = " With the loss." if "loss" in done else ""
    genes = f" With {', '.join(done['contextual_genes'])} in context." if "contextual_genes" in done else ""
    ties = f" The mean of {done['tie_orders']} orders of equal bins." if "tie_orders" in done else ""
    most = f", {done['most_genes']:,} a sample at most" if "most_genes" in done else ""
    row.caption(
        escape_markdown(
            f"{with_noun(result.adata.n_obs, 'sample')} embedded by {done['model']} on {done['device']}"
            f"{_taken(done)}; {done['genes_modelled']:,} of your genes can enter{most}. "
            f"{done['precision_words']}{loss}{genes}{ties}",
            800,
        )
    )
    if others := work.not_as_requested(request, result):
        st.caption(escape_markdown(f"Made without what is chosen above now ({', '.join(others)}): “Again” makes it so.", 400))
    row.button(
        "Again", key="again_embed", icon=":material/refresh:", type="tertiary", on_click=work.forget, args=(session, request)
    )
