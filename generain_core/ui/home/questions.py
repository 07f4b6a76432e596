"""The questions that people come with, each with the page that answers it."""

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st


class Question(NamedTuple):
    """A question, the page that answers it with an example, and what is found there."""

    page: str
    label: str
    icon: str
    words: str
    query: Mapping[str, str]


QUESTIONS = (
    Question(
        "pages/gene.py",
        "Which genes are like XIST?",
        ":material/genetics:",
        "Who a gene is, its nearest genes, its place on the map.",
        {"gene": "XIST"},
    ),
    Question(
        "pages/attributes.py",
        "What might GAS5 do?",
        ":material/psychology_alt:",
        "Predicted attributes of a gene, how far to trust them, and which genes share one.",
        {"gene": "GAS5"},
    ),
    Question(
        "pages/lists.py",
        "What do my genes share?",
        ":material/list:",
        "A list of yours: alike or not, which genes belong too, gene sets, reasons.",
        {},
    ),
    Question(
        "pages/samples.py",
        "Where do my samples lie?",
        ":material/biotech:",
        "Your expression table: checked, binned, embedded, and mapped.",
        {},
    ),
    Question(
        "pages/perturbations.py",
        "What did a knock-down do?",
        ":material/experiment:",
        "Against control: how far, how sure, what acts alike, which genes moved.",
        {},
    ),
    Question(
        "pages/cohort.py",
        "Does the model know my patients?",
        ":material/groups:",
        "Samples with a label: does the model predict it better than expression does?",
        {},
    ),
    Question(
        "pages/map.py",
        "Where do T cells' genes lie?",
        ":material/scatter_plot:",
        "All genes at once, colored by similarity to CD3E.",
        {"gene": "CD3E", "color": "Similarity"},
    ),
    Question(
        "pages/compare.py",
        "How alike are two genes?",
        ":material/compare_arrows:",
        "RPL3, of the ribosome, and GAS5, a lncRNA; and analogies between genes.",
        {"a": "RPL3", "b": "GAS5"},
    ),
)
A_ROW = 4


def cards() -> None:
    """Show the questions as cards that lead to their pages."""
    for first in range(0, len(QUESTIONS), A_ROW):
        for column, question in zip(st.columns(A_ROW), QUESTIONS[first : first + A_ROW], strict=False):
            card = column.container(border=True, height="stretch")
            card.page_link(question.page, label=f"**{question.label}**", icon=question.icon, query_params=dict(question.query))
            card.caption(question.words)
