"""Libraries of gene sets: the release's, and those of GMT files that the user brings."""

from collections.abc import Mapping

import streamlit as st

from generain_core.attributes.released_sets import released_sets
from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.lists.enrichment import resolve_sets
from generain_core.lists.list_files import lists_of
from generain_core.lists.workspace import unique_title
from generain_core.release.files import Release
from generain_core.ui.lists.ways_in import read_upload
from generain_core.ui.shell import keys, streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown

Library = Mapping[str, frozenset[str]]
RELEASED = "the release's gene sets"
_PROBLEMS = "_list_set_problems"


def choose(release: Release, resolver: Resolver) -> dict[str, Library]:
    """Show which libraries there are, take others, and return those chosen."""
    libraries = dict(_brought())
    try:
        released = _released(release.fingerprint, release, resolver)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
        released = None
    if released:
        libraries = {RELEASED: released} | libraries
    there = ", ".join(f"{name} ({len(sets):,})" for name, sets in libraries.items())
    title = f"Libraries that are asked: {escape_markdown(there, 200)}" if libraries else "Gene sets"
    with st.expander(title, icon=":material/folder_open:", expanded=not libraries):
        _upload(resolver)
        if libraries:
            names = list(libraries)
            chosen = st.multiselect(
                "Libraries",
                names,
                default=names,
                key=f"list_libraries_{len(names)}",
                format_func=lambda name: f"{name} ({len(libraries[name]):,} sets)",
            )
            libraries = {name: libraries[name] for name in chosen}
            if _brought():
                st.button("Forget what was brought", key="list_sets_forget", icon=":material/delete:", on_click=_forget)
    return libraries


def _brought() -> dict[str, Library]:
    brought: dict[str, Library] = st.session_state.setdefault(keys.LIST_SETS, {})
    return brought


def _forget() -> None:
    st.session_state.pop(keys.LIST_SETS, None)


def _upload(resolver: Resolver) -> None:
    number = st.session_state.get("_list_set_uploads", 0)
    files = st.file_uploader(
        "GMT files, a library each",
        type=["gmt", "gz", "txt"],
        accept_multiple_files=True,
        key=f"list_sets_upload_{number}",
        help="For instance libraries of MSigDB or Enrichr. Members are looked up by any of their names, Entrez numbers included "
        "where the release has them; those that are no gene of the model are never counted.",
    )
    for problem in st.session_state.pop(_PROBLEMS, []):
        st.error(escape_markdown(problem, 600))
    if not files:
        return
    problems = []
    for file in files:
        try:
            with st.spinner(f"Reading {escape_markdown(file.name, 60)} …"):
                _take(file.name, file.getvalue(), resolver)
        except GeneRAINError as problem:
            problems.append(str(problem))
        streamlit_internals.release_upload(file)
    st.session_state["_list_set_uploads"] = number + 1
    st.session_state[_PROBLEMS] = problems
    st.rerun()


def _take(name: str, content: bytes, resolver: Resolver) -> None:
    stem = name.removesuffix(".gz").removesuffix(".gmt").removesuffix(".txt")
    file = read_upload(content, f"{stem}.gmt" if not name.endswith(".gz") else f"{stem}.gmt.gz")
    sets = resolve_sets({stem: lists_of(file, resolver)}, resolver)[stem]
    _brought()[unique_title(stem, _brought())] = sets


@st.cache_resource(max_entries=2, show_spinner="Looking up the genes of the sets …")
def _released(fingerprint: str, _release: Release, _resolver: Resolver) -> Library | None:
    sets = released_sets(_release)
    return None if sets is None else resolve_sets({RELEASED: sets}, _resolver)[RELEASED]
