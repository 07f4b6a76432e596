"""About: licence, citation, how the demo release was made and how well it does, versions."""

import streamlit as st

from generain_core.demo.figures import read_proof
from generain_core.errors import GeneRAINError
from generain_core.ui.about import sections
from generain_core.ui.shell import layout, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/about.py")
layout.title(
    "About",
    f"A browser for what GeneRAIN has learned about genes: transformers trained on {layout.trained_on()}.",
)
sections.licence_and_citation()
release = None
try:
    release = resources.release()
    proof = read_proof(release)
except GeneRAINError as problem:
    st.error(escape_markdown(problem, 1000), icon=":material/error:")
else:
    if proof is not None:
        sections.demo(release, proof)
sections.versions(release)
