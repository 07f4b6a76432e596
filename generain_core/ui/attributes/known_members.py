"""Gene sets that say which genes are known members: the release's, or a person's own GMT file."""

import hashlib

import streamlit as st

from generain_core.attributes.gmt import read_gmt
from generain_core.attributes.known_members import KnownMembers, match_sets
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.released_sets import released_sets
from generain_core.errors import GeneRAINError
from generain_core.ui.session.kept_keys import action
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown

MARKS = "● known member of the gene set of this name · ○ predicted only"
_UPLOAD, _DROP = action("gene_sets_upload"), action("gene_sets_drop")


def known_members(predictions: Predictions) -> KnownMembers | None:
    """Return the known members by the gene sets that this session brought, else by the release's; None without any."""
    brought = st.session_state.get(keys.GENE_SETS)
    if brought is not None and brought[0] == predictions.store.fingerprint:
        found: KnownMembers = brought[2]
        return found
    try:
        return _released(predictions.store.fingerprint, predictions.release.fingerprint, predictions)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
        return None


def box(predictions: Predictions) -> KnownMembers | None:
    """Show which gene sets are used, take others, and return the known members."""
    with st.expander("Known members"):
        files = st.file_uploader(
            "Gene sets (GMT)",
            type=["gmt", "txt"],
            accept_multiple_files=True,
            key=_UPLOAD,
            help="For instance the libraries of Enrichr that the attributes are from. Names are matched with the attributes'.",
        )
        if files:
            _take(predictions, [(file.name, file.getvalue()) for file in files])
        known = known_members(predictions)
        if known is None:
            st.caption("No gene sets are at hand. With a GMT file, known members are marked and predictions can be graded.")
            return None
        st.caption(
            f"{escape_markdown(known.source, 80)}: {known.sets:,} sets, whose members are known for {len(known.members):,} "
            f"attributes; {int(known.annotated.sum()):,} genes are in any of them. {MARKS}."
        )
        if keys.GENE_SETS in st.session_state:
            st.button("Use them no more", key=_DROP, on_click=_drop)
    return known


def _take(predictions: Predictions, files: list[tuple[str, bytes]]) -> None:
    digest = hashlib.sha256(b"\0".join(content for _, content in files)).hexdigest()
    before = st.session_state.get(keys.GENE_SETS)
    if before is not None and before[:2] == (predictions.store.fingerprint, digest):
        return
    if st.session_state.get("gene_sets_dropped") == digest:
        return
    sets: dict[str, tuple[str, ...]] = {}
    try:
        for name, content in files:
            for title, members in read_gmt(content, name).items():
                sets[title] = (*sets.get(title, ()), *members)
        with st.spinner("Looking up the genes of the sets …"):
            known = match_sets(predictions, sets, ", ".join(name for name, _ in files))
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 600))
    else:
        st.session_state[keys.GENE_SETS] = (predictions.store.fingerprint, digest, known)


def _drop() -> None:
    st.session_state["gene_sets_dropped"] = st.session_state.pop(keys.GENE_SETS)[1]


@st.cache_resource(max_entries=2, show_spinner="Looking up the genes of the sets …")
def _released(fingerprint: str, release: str, _predictions: Predictions) -> KnownMembers | None:
    sets = released_sets(_predictions.release)
    return None if sets is None else match_sets(_predictions, sets, "the release's gene sets")
