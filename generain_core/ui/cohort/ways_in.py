"""Which samples the cohort has: those of the Samples page, or the example."""

import streamlit as st

from generain_core.release.files import Release
from generain_core.ui.session import aside, upload
from generain_core.ui.session.kept_keys import action
from generain_core.ui.shell import layout, link_file

_EXAMPLE = action("cohort_example")


def offer(release: Release) -> None:
    """Say where samples are brought, and offer the example of the release, if it has one."""
    there = "demo/counts" in release.files and release.has("demo/counts", "demo/sample_sheet")
    link_file.wanted(release.path("demo/counts").name if there else "")
    st.info(
        "Bring your samples on the Samples page, with a sheet that says of each what is to be predicted: a class, a number, or a "
        "time and whether the event was seen.",
        icon=":material/biotech:",
    )
    row = st.container(horizontal=True, vertical_alignment="center")
    row.page_link("pages/samples.py", label="Samples", icon=":material/biotech:")
    if there and row.button("Use the example", key=_EXAMPLE, icon=":material/science:"):
        layout.attempt(upload.begin_example, release)
    aside.offer()
