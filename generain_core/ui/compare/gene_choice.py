"""The question of the Compare page and its genes: two, or three for an analogy; those of a sum it asks for itself."""

import streamlit as st

from generain_core.ui.components import gene_input
from generain_core.ui.shell import keys, links
from generain_core.vectors.atlas import Atlas

TWO_GENES, ANALOGY, SUM = "Two genes", "Analogy", "Sum"
EXAMPLES = {
    TWO_GENES: ({keys.A: "RPL3", keys.B: "GAS5"}, "RPL3 and GAS5"),
    ANALOGY: ({keys.A: "CD3E", keys.B: "CD8A", keys.C: "CD19"}, "CD3E : CD8A = CD19 : ?"),
}


def choose(atlas: Atlas) -> tuple[str, list[str]]:
    """Show the inputs and return the question with its genes; "" where a box names none."""
    question = links.url_widget(
        st.segmented_control,
        "Question",
        [TWO_GENES, ANALOGY, SUM],
        key=keys.MODE,
        default=TWO_GENES,
        unset=TWO_GENES,
        required=True,
        help="Analogy: A is to B as C is to which gene? Sum: genes and lists added and taken away, as many as you like.",
    )
    if question == SUM:
        return question, []
    boxes = (
        {"Gene A": keys.A, "Gene B": keys.B, "Gene C": keys.C} if question == ANALOGY else {"Gene A": keys.A, "Gene B": keys.B}
    )
    genes = []
    for column, (label, key) in zip(st.columns(len(boxes)), boxes.items(), strict=True):
        with column:
            genes.append(gene_input.gene_box(label, key, atlas.resolver, atlas.space) or "")
    return question, genes


def offer_example(atlas: Atlas, question: str) -> None:
    """Offer the example of a question where the vectors have its genes."""
    genes, words = EXAMPLES[question]
    if all(gene in atlas.space for gene in genes.values()):
        st.button(f"Example: {words}", key="compare_example", on_click=_set_genes, args=(genes,))


def _set_genes(genes: dict[str, str]) -> None:
    for key, gene in genes.items():
        st.session_state[key] = gene
