"""What is made once for all users: begun by itself when the page is first asked for, and used as soon as it is there."""

import contextlib
import os

import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.ui.jobs import job_view, tasks
from generain_core.vectors import vector_sets

SETTING = "GENERAIN_PREPARE"
FIRST_PAGE_SECONDS = 4.0
"""How long it waits, so that the first page is there before it."""


def begin(release: Release) -> None:
    """Begin to make what the pages need of a release, unless that was begun or the operator has switched it off.

    The demo has its maps with it, and little else to make.
    """
    if release.root == settings.DEMO_RELEASE or os.environ.get(SETTING, "").strip().lower() in ("0", "no", "false", "off"):
        return
    _begun(str(release.root), release.fingerprint, release)


@st.cache_resource(max_entries=8, show_spinner=False)
def _begun(root: str, fingerprint: str, _release: Release) -> bool:
    with contextlib.suppress(GeneRAINError):
        if vector_sets(_release):
            gene_map(_release, vector_sets(_release)[0].name, "umap", wait=FIRST_PAGE_SECONDS)
        if _release.has("attributes"):
            attributes(_release, wait=FIRST_PAGE_SECONDS)
    return True


def gene_map(release: Release, vectors: str, method: str, wait: float = 0.0) -> job_view.Job:
    """Return the job that makes a map of all genes, begun if it was not.

    Raises:
        GeneRAINError: too much is waiting.
    """
    key, title = gene_map_key(release, vectors, method), f"{method.upper() if method != 'tsne' else 't-SNE'} of all genes"
    work = job_view.in_child(
        tasks.project_genes, str(release.root), vectors, method, settings.SEED, patient=True, begins_after=wait
    )
    return job_view.queue().submit(key, title, work, job_view.PROGRAM, job_view.PREPARING_MAPS)


def attributes(release: Release, wait: float = 0.0) -> job_view.Job:
    """Return the job that puts the predicted attributes in order, begun if it was not.

    Raises:
        GeneRAINError: too much is waiting.
    """
    work = job_view.in_child(tasks.prepare_attributes, str(release.root), patient=True, begins_after=wait)
    return job_view.queue().submit(
        attributes_key(release), "Putting the predicted attributes in order", work, job_view.PROGRAM, job_view.PREPARING
    )


def gene_map_key(release: Release, vectors: str, method: str) -> str:
    """Return the name of the job that makes a map."""
    return f"project-{method}-{release.root}-{release.fingerprint}-{vectors}"


def attributes_key(release: Release) -> str:
    """Return the name of the job that puts attributes in order."""
    return f"attributes-{release.root}-{release.fingerprint}"
