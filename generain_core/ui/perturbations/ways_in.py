"""Which samples the experiment has: those of the Samples page, or an example."""

import streamlit as st

from generain_core.release.files import Release
from generain_core.ui.jobs import job_view
from generain_core.ui.perturbations import experiment
from generain_core.ui.samples import orthologs
from generain_core.ui.session import aside, binning, upload
from generain_core.ui.session.session import Session
from generain_core.ui.shell import layout, link_file, links
from generain_core.ui.shell.escaping import escape_markdown


def offer(release: Release) -> None:
    """Say where samples are brought, and offer the example of the release, if it has one."""
    example = experiment.example(release)
    link_file.wanted(release.path(example[0]).name if example else "")
    st.info(
        "Bring your samples on the Samples page, with a column that says which perturbation each had. Single cells are summed.",
        icon=":material/biotech:",
    )
    row = st.container(horizontal=True, vertical_alignment="center")
    row.page_link("pages/samples.py", label="Samples", icon=":material/biotech:")
    if example and row.button("Use the example", key="perturb_example", icon=":material/science:"):
        layout.attempt(upload.begin_example, release, *example)
    if release.has("example") and row.button(
        "K562 knock-downs of the release", key="perturb_published_example", icon=":material/science:"
    ):
        layout.attempt(upload.begin_example, release, "example", None)
    aside.offer()


def heading(session: Session, release: Release) -> None:
    """Say which file is at hand, where it is changed, and offer the example, or the way back from it."""
    link_file.shows(session.source)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(escape_markdown(session.source), anchor=False, width="content")
        st.page_link("pages/samples.py", label="Change the samples", icon=":material/biotech:")
        example = experiment.knock_downs(release)
        if example is not None and not experiment.is_example(session, release):
            words = "Set aside, your table is one click away."
            if st.button("Example: knock-downs", key="perturb_other_example", icon=":material/science:", help=words):
                layout.attempt(upload.begin_example, release, *example)
        aside.offer()
    orthologs.mark(session)


def until_read(session: Session) -> None:
    """End the page with the job that reads the file, as long as it does."""
    binning.collect(session)
    if session.raw is None:
        job_view.show(session.reading)
        links.end()
