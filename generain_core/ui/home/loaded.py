"""What is loaded, and what the files that are missing switch off."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.ui.shell import access, links, resources
from generain_core.ui.shell.escaping import escape_markdown


def section(release: Release, alerts: DeltaGenerator) -> None:
    """Show what is loaded in a few figures; what ails it is shown among the alerts, and ends the page if nothing can be read."""
    try:
        overview, ailment = resources.overview()
    except GeneRAINError as problem:
        alerts.error(escape_markdown(access.discreet(problem), 1000), icon=":material/error:")
        links.end()
    if ailment:
        alerts.error(escape_markdown(ailment, 1000), icon=":material/error:")
    row = st.container(horizontal=True)
    for label, value in (
        ("Genes", f"{overview.genes:,}"),
        ("Protein-coding", f"{overview.coding:,}"),
        ("lncRNA", f"{overview.lncrna:,}"),
        ("Numbers per gene", f"{overview.dimensions:,}" if overview.dimensions else "none"),
    ):
        row.metric(label, value, border=True, width=165)
    place = f" · folder: {escape_markdown(release.root)}" if access.manages() or access.reads_disk() else ""
    vectors = (overview.vectors or "none").removesuffix(".200d")  # the name of a file, whatever it holds
    st.caption(f"{escape_markdown(release.label)} · vectors: {escape_markdown(vectors)}{place}")
    for note in overview.notes:
        st.caption(f":material/info: {escape_markdown(note)}")


def simulated(release: Release) -> None:
    """Say of a simulated release what it is good for, and where the real one is."""
    if not release.simulated:
        return
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    words = "For learning the app: its samples are made up, so nothing that it says of a gene is a finding."
    row.caption(words, width="content")
    row.page_link("pages/release.py", label="Get the real release", icon=":material/download:", width="content")


def missing(release: Release) -> None:
    """List the parts that missing files switch off, if any."""
    sentences = release.missing()
    if sentences:
        with st.expander(
            f"Missing files switch off {len(sentences)} part{'s' if len(sentences) > 1 else ''}", icon=":material/extension_off:"
        ):
            for sentence in sentences:
                st.markdown(f"- {escape_markdown(sentence, 600)}")
