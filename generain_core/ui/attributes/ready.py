"""The predicted attributes of a page: ready, or made ready by a job meanwhile; and what is said when there are none."""

import contextlib

import streamlit as st

from generain_core.attributes.order.recorded import RefutedOrder, accept_order
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.store.attribute_store import is_converted, is_ranked
from generain_core.attributes.store.conversion import Plan, plan
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.text import file_size
from generain_core.ui.jobs import job_view, preparation
from generain_core.ui.shell import layout, resources
from generain_core.ui.shell.escaping import escape_markdown


def opened(release: Release) -> Predictions | None:
    """Return the predictions; or say what is missing, or what making them ready takes and how far it is, and return None."""
    if not release.has("attributes"):
        st.info(
            "This release has no predicted attributes. To see them, add "
            f"{escape_markdown(release.files['attributes'].path.relative_to(release.root))}.",
            icon=":material/info:",
        )
        st.page_link("pages/release.py", label="The release, and what can be downloaded", icon=":material/inventory_2:")
        return None
    try:
        small = release.path("attributes").stat().st_size <= resources.SMALL_PREDICTIONS
        if small or is_converted(release):
            if not (small or is_ranked(release)):
                _rank_meanwhile(release)
            with st.spinner("Examining which gene is which …", show_time=True):
                return resources.predictions()
        _make_ready(release, _plan(str(release.root), release.fingerprint, release))
    except RefutedOrder as problem:
        _refuted(problem)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 1000), icon=":material/error:")
    return None


def _refuted(problem: RefutedOrder) -> None:
    """Say that predictions are of other genes than they say; who looks after the release may have them shown nevertheless."""
    st.error(escape_markdown(f"{problem.found}.", 1500), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if layout.manages():
            words = (
                "If you know that the names are right. They are then shown with a warning, here and on the line, as long as the "
                "table and the vectors stay."
            )
            if st.button("Show them nevertheless", key="attributes_even_if_unproved", icon=":material/warning:", help=words):
                known = resources.unexamined_predictions()
                accept_order(known.release, known.store)
                st.rerun()
        st.page_link("pages/release.py", label="Check the release, file by file", icon=":material/inventory_2:")


@st.cache_resource(max_entries=4, show_spinner="Looking at the predictions …")
def _plan(root: str, fingerprint: str, _release: Release) -> Plan:
    return plan(_release)


def _make_ready(release: Release, needed: Plan) -> None:
    job = job_view.queue().get(preparation.attributes_key(release))
    again = bool(st.session_state.get("attributes_prepare"))
    if job is not None and not job.unfinished and not again:
        job_view.show(job)
        st.button("Try again", type="primary", key="attributes_prepare", icon=":material/sort:")
        return
    job = preparation.attributes(release)
    st.info(
        f"{needed.attributes:,} attributes of {needed.genes:,} genes lie in one large file, which is being put in order: once, "
        f"with {file_size(needed.bytes)} of disk. They are shown here as soon as they can be looked up.",
        icon=":material/hourglass_empty:",
    )
    _until_usable(release)
    job_view.show(job)


@st.fragment(run_every=1.0)
def _until_usable(release: Release) -> None:
    """Run the page again as soon as predictions can be asked, though ranks are still being made."""
    if is_converted(release):
        st.rerun()


def _rank_meanwhile(release: Release) -> None:
    """Have the ranks made, unless that goes on or has failed already: pages work without them, a little slower."""
    if job_view.queue().get(preparation.attributes_key(release)) is None:
        with contextlib.suppress(GeneRAINError):  # too much is waiting already: another visit will do
            preparation.attributes(release)
