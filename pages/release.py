"""The release on disk: what is there, whether it is whole, and how to get the rest."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.release import sections
from generain_core.ui.shell import access, layout, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/release.py")
layout.title(
    "Release", "The files that the app stands on: what is there, whether all is well with them, and how to get the rest."
)
release = None
try:
    release = resources.release()
except GeneRAINError as problem:
    st.error(escape_markdown(access.discreet(problem), 1000), icon=":material/error:")

if release is not None:
    st.header("On disk", anchor=False)
    sections.shown_contents(release)
    st.header("Check", anchor=False)
    sections.checks(release)

st.header("Download", anchor=False)
if layout.manages():
    sections.download(release)
else:
    sections.commands()
