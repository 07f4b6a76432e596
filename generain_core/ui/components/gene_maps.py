"""The gene map of a page: take it from the cache, or let a job make it meanwhile."""

from functools import partial

import numpy as np
import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.text import percent
from generain_core.ui.components.figures import CLASS_COLORS, GREY, Layer, gene_map, show
from generain_core.ui.jobs import job_view, preparation
from generain_core.ui.shell import access
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import Projection, cached_projection, project

METHODS = {"UMAP": "umap", "PCA": "pca", "t-SNE": "tsne"}
TITLES = {method: title for title, method in METHODS.items()}


def projection(atlas: Atlas, method: str = "umap") -> Projection | None:
    """Return the projection; as long as it is being made, say how far it is and return the PCA, which is there at once."""
    result = cached_projection(atlas.space, method)
    if result is not None:
        return result
    if method == "pca":
        return _pca(atlas)
    key = preparation.gene_map_key(atlas.release, atlas.space.name, method)
    job = job_view.queue().get(key)
    if job is not None and not job.unfinished:
        result = cached_projection(atlas.space, method)
        if result is not None:
            return result
        if not st.session_state.get(f"again_{key}"):
            _say_why_not(job)
            st.button("Try again", key=f"again_{key}")
            return _pca(atlas)
    try:
        st.caption(f":material/hourglass_empty: {TITLES[method]} is being made, once; until then you see the PCA.")
        job_view.show(preparation.gene_map(atlas.release, atlas.space.name, method))
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
    return _pca(atlas)


def _pca(atlas: Atlas) -> Projection:
    with st.spinner("Placing the genes by PCA …", show_time=False):
        return project(atlas.space, "pca")


def _say_why_not(job: job_view.Job) -> None:
    if job.state == "done":
        place = escape_markdown(access.discreet(settings.cache_dir()))
        st.error(f"The map was made but could not be kept in {place}; make room there, or name another folder as GENERAIN_CACHE.")
    job_view.show(job)


def show_over_ground(
    atlas: Atlas, result: Projection, layers: list[Layer], marked: dict[str, str], *, height: int, key: str, name: str, alt: str
) -> None:
    """Show a few genes on the map of all; of a large map the others are one picture, and a figure for a paper has each point."""
    draw = partial(gene_map, result, layers, marked, simulated=atlas.release.simulated, height=height)
    show(draw(pictured=True).figure, key=key, name=name, complete=lambda: draw().figure, alt=alt)


def quality(result: Projection) -> str:
    """Return a sentence on what the plane keeps."""
    return (
        f"{result.parameters}. Of a gene's 15 most similar genes, {percent(result.kept)} on average are also among the 15 "
        "nearest "
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
    wanted = set(genes)
    mask = np.fromiter((gene in wanted for gene in result.genes), bool, len(result.genes))
    rest = Layer("all other genes", np.flatnonzero(~mask), GREY, 2.5)
    return [rest, Layer(name, np.flatnonzero(mask), color, 7)] if mask.any() else [rest]
