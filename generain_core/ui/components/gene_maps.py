"""The gene map of a page: take it from the cache, or let a job make it meanwhile."""

import numpy as np
import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.ui.components.figures import CLASS_COLORS, GREY, Layer
from generain_core.ui.jobs import job_view, tasks
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import Projection, cached_projection

METHODS = {"UMAP": "umap", "PCA": "pca", "t-SNE": "tsne"}
TITLES = {method: title for title, method in METHODS.items()}


def projection(atlas: Atlas, method: str = "umap") -> Projection | None:
    """Return the projection, or start (or follow) the job that makes it and return None."""
    found = cached_projection(atlas.space, method)
    if found is not None:
        return found
    key = f"project-{method}-{atlas.space.fingerprint}"
    job = job_view.queue().get(key)
    if job is not None and job.state in ("failed", "cancelled", "done"):
        found = cached_projection(atlas.space, method)
        if found is not None:
            return found
        if job.state == "done" and not st.session_state.get(f"again_{key}"):
            st.error(
                f"The map was made but could not be kept in {escape_markdown(settings.cache_dir())}; make room there, or name "
                "another folder as GENERAIN_CACHE."
            )
        if not st.session_state.get(f"again_{key}"):
            job_view.show(job)
            st.button("Try again", key=f"again_{key}")
            return None
    label = f"{TITLES[method]} of {len(atlas.space):,} genes"
    try:
        work = job_view.in_child(tasks.project_genes, str(atlas.release.root), atlas.space.name, method, settings.SEED)
        job_view.show(job_view.queue().submit(key, label, work, job_view.session_id(), job_view.SHORT))
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
    return None


def quality(result: Projection) -> str:
    """Return a sentence on what the plane keeps."""
    return (
        f"{result.parameters}. Of a gene's 15 most similar genes, {result.kept:.0%} on average are also among the 15 nearest "
        "here: trust neighbor tables over distances on the map."
    )


def by_biotype(atlas: Atlas, result: Projection) -> list[Layer]:
    """Return one layer a biotype class."""
    classes = atlas.biotype_classes
    titles = {"coding": "protein-coding", "other": "other kinds", "unknown": "kind not known"}
    found = [(name, np.flatnonzero(classes == name)) for name in CLASS_COLORS]
    return [Layer(titles.get(name, name), rows, CLASS_COLORS[name], 3.5) for name, rows in found if len(rows)]


def list_over_rest(result: Projection, genes: list[str], name: str, color: str) -> list[Layer]:
    """Return all other genes in grey, and these above them."""
    mask = np.isin(np.asarray(result.genes, object), np.asarray(genes, object))
    rest = Layer("all other genes", np.flatnonzero(~mask), GREY, 2.5)
    return [rest, Layer(name, np.flatnonzero(mask), color, 7)] if mask.any() else [rest]
