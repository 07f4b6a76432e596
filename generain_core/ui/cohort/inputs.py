"""The boxes in which a cohort is described: the outcome and what it is, donors, covariates, models."""

from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import streamlit as st

from generain_core.cohort.choices import NO_GROUPS, CohortChoices
from generain_core.cohort.cohort_design import CohortDesign
from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.outcome.survival import MOST_VALUES, event_values, find_event
from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.perturbations.run import models_of
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.samples.interpret.expression import Expression
from generain_core.text import echo, listed
from generain_core.ui.cohort import judging
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.perturbations import experiment
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.cohort import KINDS, decisions, warnings

MOST_COLUMNS = 500
"""Columns that a box offers; a browser that is sent tens of thousands of them, six times over, stands still."""
MOST_TRIED = 5000
"""Columns among which the nearest name is looked for."""
_START = survives_reload("cohort_")
_BOXES = {"--event": "Options, Event", "--event-value": "Options, Seen where it is", "--kind number": "It is: a number"}
_BOXES |= {"--adjust": "Options, Regress out", "--covariates": "Options, Covariates"}
"""Where the page has what the line has as an option, as messages name it."""
_RECOGNIZED, _EACH, _NONE = "as recognized", "each sample is its own", "none"


def section(session: Session, release: Release, resolver: Resolver) -> tuple[Expression, CohortDesign, CohortChoices]:
    """Show the boxes and return samples, design and choices; end the page where nothing can be predicted."""
    try:
        with st.spinner("Looking at names and values …"):
            expression = experiment.samples(session, resolver)
        if not len(expression.obs.columns):
            _no_columns()
        choices = _choose(session, expression, release)
        design = judging.design(session, expression, choices)
    except GeneRAINError as problem:
        st.error(escape_markdown(_in_boxes(str(problem)), 1000), icon=":material/block:")
        links.end()
    for text in decisions(design.notes):
        st.caption(escape_markdown(text, 600))
    for text in warnings(design.notes):
        st.warning(escape_markdown(text, 600), icon=":material/warning:")
    return expression, design, choices


def _in_boxes(problem: str) -> str:
    """Return what is wrong with the boxes' names in place of the line's options."""
    for option, box in _BOXES.items():
        problem = problem.replace(f"({option})", f"({box})")
    return problem


def _no_columns() -> None:
    st.warning(
        "Nothing is said of your samples but their counts. Join a sample sheet on the Samples page, with a column to predict.",
        icon=":material/table:",
    )
    st.page_link("pages/samples.py", label="Samples", icon=":material/biotech:")
    links.end()


def _choose(session: Session, expression: Expression, release: Release) -> CohortChoices:
    number = st.session_state.get(keys.UPLOADS, 0)
    columns = _columns([str(name) for name in expression.obs.columns], number)
    row = st.columns(4)
    first = columns.index(judging.first_outcome(session, expression))
    predict = str(
        links.url_widget(
            row[0].selectbox,
            "Predict",
            columns,
            first,
            key=f"{_START}predict_{number}",
            address="cohort_predict",
            unset=columns[first],
            filter_mode="contains",
            help="The column of the outcome; with survival that of the time.",
        )
    )
    others = [name for name in columns if name != predict]
    kind = links.url_widget(
        row[1].selectbox,
        "It is",
        [_RECOGNIZED, *KINDS],
        key=f"{_START}kind_{number}_{predict}",
        address="cohort_kind",
        unset=_RECOGNIZED,
        format_func=lambda each: KINDS.get(each, each),
    )
    groups = links.url_widget(
        row[2].selectbox,
        "Donors",
        [_RECOGNIZED, _EACH, *others],
        key=f"{_START}groups_{number}_{predict}",
        address="cohort_donors",
        unset=_RECOGNIZED,
        filter_mode="contains",
        help="Samples of one donor are never split over training and test: a probe would recognize the donor.",
    )
    models = _models(session, release, row[3], number)
    choices = CohortChoices(
        predict=predict,
        kind=None if kind == _RECOGNIZED else OutcomeKind(str(kind)),
        groups=None if groups == _RECOGNIZED else NO_GROUPS if groups == _EACH else str(groups),
        models=models,
    )
    with st.expander("Options", icon=":material/tune:"):
        return _options(choices, others, expression, number)


def _columns(names: list[str], number: int) -> list[str]:
    """Return the columns that the boxes offer: all; of very many the first, and those that are named."""
    if len(names) <= MOST_COLUMNS:
        return names
    st.info(
        f"The samples have {len(names):,} columns, more than boxes can hold: they offer the first {MOST_COLUMNS:,}. Type names "
        "of further ones that you need, with commas between.",
        icon=":material/table:",
    )
    typed = links.url_widget(
        st.text_input,
        "Further columns",
        key=f"{_START}further_{number}",
        address="cohort_further",
        unset="",
        placeholder="outcome, donor",
    )
    further = list(dict.fromkeys(name.strip() for name in typed.split(",") if name.strip()))
    known = set(names)
    if unknown := [name for name in further if name not in known]:
        nearest = list(dict.fromkeys(near for name in unknown for near in get_close_matches(name, names[:MOST_TRIED], 2)))
        hint = f" The nearest: {listed(nearest)}." if nearest else ""
        st.warning(escape_markdown(f"No column is called {listed(list(map(echo, unknown)))}.{hint}", 600))
    return list(dict.fromkeys([*(name for name in further if name in known), *names[:MOST_COLUMNS]]))


def _models(session: Session, release: Release, place: Any, number: int) -> tuple[str, ...]:
    there = models_of(release)
    at_hand = [name for name in there if embedding_jobs.at_hand(session, name) is not None]
    chosen = links.url_widget(
        place.multiselect,
        "Models",
        there,
        at_hand or there[:1],
        key=f"{_START}models_{number}",
        address="cohort_models",
        unset=there[:1],  # not those at hand: a colleague has others
        format_func=lambda name: describe_model(name).title + (" (embedded)" if name in at_hand else ""),
        help="Embeddings that the Samples page has made are used again; others are made first, which may take long.",
    )
    if not chosen:
        raise GeneRAINError("Choose a model: without one there is nothing to hold against expression.")
    return tuple(chosen)


def _options(choices: CohortChoices, others: list[str], expression: Expression, number: int) -> CohortChoices:
    row = st.columns(4)
    none: list[str] = []
    event = links.url_widget(
        row[0].selectbox,
        "Event",
        [_RECOGNIZED, _NONE, *others],
        key=f"{_START}event_{number}_{choices.predict}",
        address="cohort_event",
        unset=_RECOGNIZED,
        filter_mode="contains",
        help="Survival: the column that says whether the event was seen.",
    )
    choices = replace(choices, event=None if event == _RECOGNIZED else "" if event == _NONE else str(event))
    event_value = _event_value(row[1], choices, expression, number)
    covariates = links.url_widget(
        row[2].multiselect,
        "Covariates",
        others,
        key=f"{_START}covariates_{number}_{choices.predict}",
        address="cohort_covariates",
        unset=none,
        placeholder="age, sex, batch, as recognized",
        help="Predict from these too, alone and beside the embedding.",
    )
    adjust = links.url_widget(
        row[3].multiselect,
        "Regress out",
        others,
        key=f"{_START}adjust_{number}_{choices.predict}",
        address="cohort_adjust",
        unset=none,
        placeholder="nothing",
        help="Out of all representations, inside the folds. It can't undo a batch that holds one class alone.",
    )
    numbers = st.columns(4)
    repeats = _number(numbers[0], "Repeats", "repeats", number, (1, 50, 5))
    folds = _number(numbers[1], "Folds", "folds", number, (2, 20, 5))
    permutations = _number(
        numbers[2],
        "Exchanged outcomes",
        "permutations",
        number,
        (0, 10_000, 499, 100),
        help="How high scores come where donors' outcomes are exchanged at random; 0 for none.",
    )
    seed = _number(numbers[3], "Seed", "seed", number, (0, 2**31 - 1, 0))
    return replace(
        choices,
        event_value=event_value,
        covariates=tuple(covariates) or None,
        adjust=tuple(adjust),
        repeats=repeats,
        folds=folds,
        permutations=permutations,
        seed=seed,
    )


def _event_value(place: Any, choices: CohortChoices, expression: Expression, number: int) -> str | None:
    """Show which value of the event's column says that it was seen; without such a column there is none to choose."""
    values = event_values(expression.obs, _event_column(choices, expression))
    values = values if len(values) <= MOST_VALUES else []
    value = links.url_widget(
        place.selectbox,
        "Seen where it is",
        [_RECOGNIZED, *values],
        key=f"{_START}event_value_{number}_{choices.predict}_{choices.kind}_{choices.event}",
        address="cohort_event_value",
        unset=_RECOGNIZED,
        filter_mode="contains",
        disabled=not values,
        help="Survival: the value of the event's column that says that the event was seen. All others then say that it was not.",
    )
    return None if value == _RECOGNIZED else str(value)


def _event_column(choices: CohortChoices, expression: Expression) -> str:
    """Return the column of the event that was chosen, or is recognized; '' where there is none, or several may be."""
    if choices.event is not None or choices.kind not in (None, OutcomeKind.SURVIVAL):
        return choices.event or ""
    try:
        return find_event(expression.obs, choices.predict, asked=choices.kind is OutcomeKind.SURVIVAL)
    except GeneRAINError:
        return ""


def _number(place: Any, label: str, name: str, number: int, bounds: tuple[int, ...], **options: Any) -> int:
    """Show a box for a whole number, with its least, most and usual one, and the step."""
    key, address = f"{_START}{name}_{number}", f"cohort_{name}"
    return int(links.url_widget(place.number_input, label, *bounds, key=key, address=address, unset=bounds[2], **options))
