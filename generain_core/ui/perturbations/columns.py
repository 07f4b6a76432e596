"""What the columns mean that several tables of perturbations have."""

import streamlit as st

SHARED_COLUMNS = {
    "perturbation": st.column_config.TextColumn("Perturbation", pinned=True),
    "target": st.column_config.TextColumn("Gene"),
    "n_samples": st.column_config.NumberColumn("Samples", format="localized"),
    "p_value": st.column_config.NumberColumn("p", format="%.2g", help="Of the shift, by the test that the column Test names."),
    "fdr": st.column_config.NumberColumn("FDR", format="%.2g", help="Benjamini–Hochberg."),
    "change": st.column_config.NumberColumn("Change", format="%+.2f", help="Perturbed less reference, within strata or pairs."),
    "test": st.column_config.TextColumn("Test", help="exchange: of labels; moderated: few samples, taken for normal; controls."),
    "assumes": st.column_config.TextColumn("Assumes"),
    "depth_ratio": st.column_config.NumberColumn("Depth ratio", format="%.2f", help="Of counts, perturbed over reference."),
    "note": st.column_config.TextColumn("Note"),
}
LABEL_COLUMNS = {
    "as_written": st.column_config.TextColumn("As written"),
    "samples": st.column_config.NumberColumn("Samples", format="localized"),
    "label": st.column_config.TextColumn("Taken for"),
    "target": st.column_config.TextColumn("Gene"),
    "why": st.column_config.TextColumn("Why"),
}
