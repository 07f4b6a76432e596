"""Over which vectors an analogy or a sum is computed, and how many answers are shown."""

import streamlit as st

from generain_core.ui.shell import keys, links

SAID = {"unit": "unit vectors", "raw": "raw vectors, as GeneRAIN's authors compute it"}
MOST = 500


def formula() -> str:
    """Return over which vectors it is computed."""
    return links.url_widget(
        st.segmented_control,
        "Vectors",
        list(SAID),
        key=keys.FORMULA,
        default="unit",
        unset="unit",
        required=True,
        format_func=lambda each: {"unit": "At length 1", "raw": "As they are"}[each],
        help="At length 1, each gene counts the same. As they are, genes with long vectors weigh more; so GeneRAIN's authors "
        "compute it.",
    )


def answers() -> int:
    """Return how many answers are shown."""
    return int(links.url_widget(st.number_input, "Answers", 1, MOST, key=keys.ANSWERS, value=10, unset=10, width=120))
