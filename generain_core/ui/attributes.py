"""The predicted attributes of a page: ready, or made ready by a job meanwhile; and what is said when there are none."""

import streamlit as st

from generain_core.attributes.convert import Plan, plan
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.store import is_converted
from generain_core.errors import GeneRAINError
from generain_core.release import Release
from generain_core.ui import jobs, resources
from generain_core.ui.words import plain

AT_ONCE = 50_000_000
"""Bytes of disk up to which a table is made ready at once: it takes less than a second."""
MEANING = (
    "A probability is a classifier's, trained on known members; attributes differ in how high it runs for all genes. "
    "0.6 means little where half of all genes have 0.5. Compare it with the **median**, or go by the **percentile**: the share "
    "of all other genes with a lower probability."
)


def opened(release: Release) -> Predictions | None:
    """Return the predictions; or say what is missing, or what making them ready takes and how far it is, and return None."""
    if not release.has("attributes"):
        st.info(
            "This release has no predicted attributes. To see them, add "
            f"{plain(release.files['attributes'].path.relative_to(release.root))} and its gene list beside it.",
            icon=":material/info:",
        )
        st.page_link("pages/release.py", label="The release, and what can be downloaded", icon=":material/inventory_2:")
        return None
    try:
        if is_converted(release):
            return resources.predictions()
        needed = _plan(str(release.root), release.fingerprint, release)
        if needed.bytes <= AT_ONCE:
            return resources.predictions()
        _make_ready(release, needed)
    except GeneRAINError as problem:
        st.error(plain(problem, 1000), icon=":material/error:")
    return None


@st.cache_resource(max_entries=4, show_spinner="Looking at the predictions …")
def _plan(root: str, fingerprint: str, _release: Release) -> Plan:
    return plan(_release)


def _make_ready(release: Release, needed: Plan) -> None:
    key = f"attributes-{release.root}-{release.fingerprint}"
    job = jobs.queue().get(key)
    if job is not None and job.unfinished:
        jobs.show(job)
        return
    ended = job is not None and not st.session_state.get("attributes_prepare")
    if ended and job is not None:
        jobs.show(job)
    else:
        st.info(
            f"{needed.attributes:,} attributes of {needed.genes:,} genes lie in one large file. To look things up in it at once, "
            f"it is put in order first: once, in about {max(10, needed.bytes / 1.5e8):.0f} seconds, with "
            f"{needed.bytes / 1e9:.1f} GB of disk in {plain(needed.folder)}.",
            icon=":material/hourglass_empty:",
        )
    if st.button("Try again" if ended else "Prepare", type="primary", key="attributes_prepare", icon=":material/sort:"):
        arguments = ("--release", str(release.root), "attributes", "--prepare")
        label = f"{needed.attributes:,} attributes of {needed.genes:,} genes"
        jobs.queue().submit(key, label, jobs.command(*arguments), jobs.session_id())
        st.rerun()
