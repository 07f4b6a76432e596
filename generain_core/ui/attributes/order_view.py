"""What the page says about the predictions as a whole: whether they are of the genes they name, and notes on the table."""

import streamlit as st

from generain_core.attributes.predictions import Predictions
from generain_core.ui.shell.escaping import escape_markdown


def warn(predictions: Predictions) -> None:
    """Warn before anything is shown, if the order of genes could not be proved."""
    warnings = predictions.warnings
    for warning in warnings:
        st.warning(escape_markdown(warning, 1000), icon=":material/warning:")
    if warnings:
        st.page_link("pages/release.py", label="Check the release, file by file", icon=":material/inventory_2:")


def notes(predictions: Predictions) -> None:
    """Say how large the table is, what was noted when it was read, and by what its order of genes is proved."""
    st.caption(
        f"{len(predictions.store.table):,} attributes × {len(predictions.store.genes):,} genes. "
        "Predictions are hypotheses: they say that a gene's expression is like that of known members, not that it is one."
    )
    with st.expander("How the table of predictions was read", icon=":material/fact_check:"):
        for note in predictions.notes:
            st.caption(escape_markdown(note, 1000))
        said = str(predictions.order)
        if not predictions.warnings:
            st.caption(escape_markdown(f"{said[0].upper()}{said[1:]}.", 1000))
