"""What all sessions share, opened once: release, genes, vectors."""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.release import files as releases
from generain_core.release.files import Release
from generain_core.storage.cache import key_of
from generain_core.ui.shell import keys
from generain_core.vectors import overview as overviews
from generain_core.vectors import vector_sets

if TYPE_CHECKING:  # they need pandas, which takes half a second that Home can do without
    from generain_core.attributes.predictions import Predictions
    from generain_core.genes import Resolver
    from generain_core.vectors.atlas import Atlas

Stamp = str
SMALL_PREDICTIONS = 20_000_000
"""Bytes of predictions up to which they are made ready at once: it takes less than a second."""


def release() -> Release:
    """Return the release that the app was started with (``streamlit run app.py -- --release DIR``).

    Raises:
        GeneRAINError: no folder follows ``--release``, or it holds no release.
    """
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--release")
    try:
        arguments, _ = parser.parse_known_args(sys.argv[1:])
    except argparse.ArgumentError as problem:
        raise GeneRAINError("A folder must follow --release; give the one that data.tar.gz was unpacked in.") from problem
    path = releases.choose_path(arguments.release)
    return _release(path, _stamp(path))


def _stamp(path: str) -> Stamp:
    """Return what changes when a file of the release comes, goes or changes; looked at once a second at most."""
    return _stamp_of(path, int(time.monotonic()))


@lru_cache(maxsize=4)
def _stamp_of(path: str, second: int) -> Stamp:
    found = []
    for places in releases.FILES.values():
        for place in places:
            try:
                stat = os.stat(os.path.join(path, place))
            except (OSError, ValueError):
                continue
            found.append((place, stat.st_size, stat.st_mtime_ns))
    return key_of(*found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _release(path: str, stamp: Stamp) -> Release:
    return Release.open(path)


@st.cache_resource(max_entries=4, show_spinner="Reading gene names …")
def _resolver(path: str, stamp: Stamp) -> Resolver:
    from generain_core.vectors.atlas import open_genes

    return open_genes(_release(path, stamp))


@st.cache_resource(max_entries=8, show_spinner="Opening the gene vectors …")
def _atlas(path: str, stamp: Stamp, vectors: str) -> Atlas:
    from generain_core.vectors.atlas import Atlas

    return Atlas.open(_release(path, stamp), vectors, _resolver(path, stamp))


def resolver() -> Resolver:
    """Return the one resolver of gene names."""
    root = str(release().root)
    return _resolver(root, _stamp(root))


def atlas() -> Atlas:
    """Return genes with the vector set that was chosen in the sidebar, else the first of the release.

    Raises:
        ReleaseError: no vectors, or files that are not as published.
    """
    from generain_core.vectors.atlas import Atlas

    opened, name = release(), _chosen_vectors()
    root = str(opened.root)
    return _atlas(root, _stamp(root), name) if name else Atlas.open(opened, None, resolver())


def atlas_of(vectors: str) -> Atlas:
    """Return genes with a vector set by its name."""
    root = str(release().root)
    return _atlas(root, _stamp(root), vectors)


def _chosen_vectors() -> str:
    names = [each.name for each in vector_sets(release())]
    chosen = st.session_state.get(keys.VECTORS)
    return str(chosen) if chosen in names else next(iter(names), "")


def overview() -> tuple[overviews.Overview, str]:
    """Return what is loaded in a few figures, from the cache if nothing has changed since, and what ails the vectors if any.

    Raises:
        GeneRAINError: nothing says which genes there are.
    """
    opened, problem, found = release(), "", None
    kept = overviews.kept_overview(opened, _chosen_vectors())
    if kept is not None:
        return kept, problem
    try:
        found = atlas()
    except GeneRAINError as error:
        problem = str(error)
    return overviews.overview(opened, resolver(), found), problem


@st.cache_resource(max_entries=2, show_spinner="Opening the predicted attributes …")
def _predictions(path: str, stamp: Stamp) -> Predictions:
    from generain_core.attributes.predictions import Predictions

    # Ranks of a large table are made by a job: until then answers take a moment longer.
    release = _release(path, stamp)
    small = release.path("attributes").stat().st_size <= SMALL_PREDICTIONS if release.has("attributes") else True
    return Predictions.open(release, _resolver(path, stamp), ranked=small)


def predictions() -> Predictions:
    """Return the predicted attributes; `generain_core.ui.attributes.ready` sees to it that they were converted before.

    Raises:
        ReleaseError: no predictions, a file that is not as published, or predictions that are clearly of other genes than they
            say (`RefutedOrder`).
    """
    from generain_core.attributes.order.recorded import refuse_refuted

    known = unexamined_predictions()
    refuse_refuted(known.release, known.store)
    return known


def unexamined_predictions() -> Predictions:
    """Return the predicted attributes, whichever genes they are of; see `predictions`."""
    root = str(release().root)
    return _predictions(root, _stamp(root))
