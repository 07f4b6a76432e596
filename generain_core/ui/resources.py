"""What all sessions share, opened once: release, genes, vectors."""

import argparse
import sys

import streamlit as st

from generain_core import release as releases
from generain_core.atlas import Atlas, open_genes
from generain_core.genes import Resolver
from generain_core.release import Release
from generain_core.ui import keys
from generain_core.vectors import vector_sets


def release() -> Release:
    """Return the release that the app was started with (``streamlit run app.py -- --release DIR``)."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--release")
    given, _ = parser.parse_known_args(sys.argv[1:])
    return _release(releases.choose_path(given.release))


@st.cache_resource(max_entries=4, show_spinner=False)
def _release(path: str) -> Release:
    return Release.open(path)


@st.cache_resource(max_entries=4, show_spinner="Reading gene names …")
def _resolver(path: str) -> Resolver:
    return open_genes(_release(path))


@st.cache_resource(max_entries=8, show_spinner="Opening the gene vectors …")
def _atlas(path: str, vectors: str) -> Atlas:
    return Atlas.open(_release(path), vectors, _resolver(path))


def resolver() -> Resolver:
    """Return the one resolver of gene names."""
    return _resolver(str(release().root))


def atlas() -> Atlas:
    """Return genes with the vector set that was chosen in the sidebar, else the first of the release.

    Raises:
        ReleaseError: no vectors, or files that are not as published.
    """
    opened = release()
    names = [each.name for each in vector_sets(opened)]
    chosen = st.session_state.get(keys.VECTORS)
    name = chosen if chosen in names else next(iter(names), "")
    return _atlas(str(opened.root), name) if name else Atlas.open(opened, None, resolver())
