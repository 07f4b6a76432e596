"""The questions that people come with, each a card that leads to the page that answers it, with an example at work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.release.files import Release
from generain_core.ui.lists.examples import EXAMPLES
from generain_core.ui.perturbations import experiment
from generain_core.ui.session import gene_lists, upload
from generain_core.ui.session.session import current_session
from generain_core.ui.shell.escaping import escape_markdown


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question, the page that answers it, and what is found there.

    Attributes:
        page: its script.
        label: the question.
        icon: of the card.
        words: what is found there, in one short line.
        query: the page's choices for an example.
        example: brings what the page needs for an example, where the release has it.
    """

    page: str
    label: str
    icon: str
    words: str
    query: Mapping[str, str | list[str]] = field(default_factory=dict)
    example: Callable[[Release], None] = lambda release: None


def _list(release: Release) -> None:
    if not len(gene_lists.workspace()):
        name, genes = next(iter(EXAMPLES.items()))
        gene_lists.keep(GeneList(name=name, genes=genes, missing={}))


def _samples(release: Release) -> None:
    if current_session() is None and release.has("demo/counts"):
        upload.begin_example(release)


def _perturbations(release: Release) -> None:
    files, session = experiment.knock_downs(release), current_session()
    if files is not None and (session is None or not experiment.is_example(session, release)):
        upload.begin_example(release, *files)


QUESTIONS = (
    Question(
        page="pages/gene.py",
        label="Which genes are like XIST?",
        icon=":material/genetics:",
        words="Neighbors, map, expression",
        query={"gene": "XIST"},
    ),
    Question(
        page="pages/attributes.py",
        label="What might HOTAIR do?",
        icon=":material/psychology_alt:",
        words="And how sure: a grade for each",
        query={"gene": "HOTAIR"},
    ),
    Question(
        page="pages/lists.py",
        label="Is my list coherent?",
        icon=":material/list:",
        words="And which genes belong to it",
        query={"list_view": "Are they alike?"},
        example=_list,
    ),
    Question(
        page="pages/samples.py",
        label="Where do my samples lie?",
        icon=":material/biotech:",
        words="From a table to a map",
        example=_samples,
    ),
    Question(
        page="pages/perturbations.py",
        label="What did a knock-down do?",
        icon=":material/experiment:",
        words="How far, how sure, what is alike",
        example=_perturbations,
    ),
    Question(
        page="pages/attributes.py",
        label="Which genes fit a rule?",
        icon=":material/rule:",
        words="Several attributes at once",
        query={"show": "By rule"},
    ),
    Question(
        page="pages/map.py",
        label="Where do T cells' genes lie?",
        icon=":material/scatter_plot:",
        words="All genes, by likeness to CD3E",
        query={"gene": "CD3E", "color": "Similarity"},
    ),
    Question(
        page="pages/compare.py",
        label="How alike are two genes?",
        icon=":material/compare_arrows:",
        words="RPL3 and GAS5; analogies",
        query={"a": "RPL3", "b": "GAS5"},
    ),
    Question(
        page="pages/cohort.py",
        label="Does it tell my groups apart?",
        icon=":material/groups:",
        words="Beside plain expression",
    ),
)
A_ROW = 3


def cards(release: Release) -> None:
    """Show the questions as cards; a click anywhere on one leads to its page, with its example."""
    for first in range(0, len(QUESTIONS), A_ROW):
        for i, (column, question) in enumerate(zip(st.columns(A_ROW), QUESTIONS[first : first + A_ROW], strict=False), first):
            label = f"**{question.label}**  \n{question.words}"
            if column.button(label, key=f"question_{i}", icon=question.icon, width="stretch", help=None):
                _open(question, release)


def _open(question: Question, release: Release) -> None:
    try:
        question.example(release)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 1000))
        return
    st.switch_page(question.page, query_params=dict(question.query))


TOUR = (
    "**Find a gene** above, under any of its names: its page says what it is like, where it lies and what it might do.",
    "**Look at the grade** beside each predicted attribute: A and B are supported by classifier and neighbors alike.",
    "**Draw around dots on the map**, or press *Use as a list* at any table: the page Lists says whether genes belong together.",
    "**Bring a table of counts** on Samples: it is checked, binned, embedded and mapped by itself, and each step can be changed.",
    "**Compare knock-downs or drugs** with their control on Perturbations, or groups of people on Cohort: with tests, and beside "
    "plain expression.",
    "**Take it away**: CSV at each table, *Figure* at each chart, and *Your work* in the sidebar keeps all of it in one file.",
)


def tour() -> None:
    """Show a tour of a minute."""
    with st.expander("A tour in a minute", icon=":material/explore:"):
        for i, step in enumerate(TOUR, 1):
            st.markdown(f"{i}. {step}")
