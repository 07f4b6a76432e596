"""The release's own example on the Samples page: its counts to work on, and its bins as the authors published them."""

import streamlit as st

from generain_core.release.files import Release
from generain_core.ui.components import downloads
from generain_core.ui.components.downloads import File
from generain_core.ui.session import upload
from generain_core.ui.shell import layout

_BINS = (("example/binned.tsv", "Its bins, tsv"), ("example/binned.pkl", "Its bins, pkl"))


def offer(release: Release) -> None:
    """Offer the published counts, which are read as an upload is, and the published bins to compare with."""
    if not release.has("example"):
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button("K562 knock-downs of the release", key="published_example", icon=":material/science:"):
        layout.attempt(upload.begin_example, release, "example", None)
    for key, label in _BINS:
        if release.has(key):
            path = release.path(key)
            with row:
                downloads.offer(File(label, path.name, path.read_bytes), type="tertiary")
    row.caption(
        "Mean counts of Replogle, Weissman et al. 2022, as released; bin and embed them here, then compare them on the page "
        "Perturbations, which reads target and transcript from their names. The published bins rank five samples together; "
        "`normalize --chunk 5` makes the same.",
        width="stretch",
    )
