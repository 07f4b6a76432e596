"""Further boxes of a perturbation experiment: covariates, which groups, depth, and whether rows are single cells."""

from collections.abc import Iterable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.covariates import read_covariates
from generain_core.perturbations.donors.repeats import APART, BY_NAMES
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.samples.interpret.expression import Expression
from generain_core.ui.perturbations import experiment
from generain_core.ui.session.session import Session
from generain_core.ui.shell import links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.perturbations import covariates_read

_RECOGNIZED = ""
_DEPTHS = {"equal": "made equal, where they differ", "as they are": "as they are", "to": "thinned to"}


def covariates_and_groups(
    expression: Expression, column: str, control: str, values: list[str], taken: tuple[str, ...], number: int
) -> dict[str, Any]:
    """Show the boxes for covariates and for the groups to compare; return what was chosen."""
    left, right = st.columns(2)
    columns = [str(c) for c in expression.obs.columns if c not in (column, *taken, "n_cells") and expression.obs[c].nunique() > 1]
    none: list[str] = []
    chosen = links.url_widget(
        left.multiselect,
        "Take into account",
        columns,
        key=f"perturb_covariates_{number}_{column}",
        address="perturb_covariates",
        unset=none,
        placeholder="nothing",
        help="Covariates: age, sex, RIN, batch. Effects are then beside what these do, in a linear model. A batch that "
        "holds perturbed samples and controls can also be a value to compare within.",
    )
    numbers = [name for name in chosen if _is_number(expression, name)]
    kinds = (
        links.url_widget(
            left.multiselect,
            "Numbers that stand for kinds",
            numbers,
            key=f"perturb_kinds_{number}_{column}",
            address="perturb_kinds",
            unset=none,
            placeholder="none",
            help="A number has one straight effect; kinds have one each.",
        )
        if numbers
        else []
    )
    covariates = tuple(f"{name}:kinds" if name in kinds else name for name in chosen)
    if covariates:
        left.caption(escape_markdown(_read(expression, covariates, (column, *taken)), 400))
    others = [value for value in values if value != control][:20_000]
    only = links.url_widget(
        right.multiselect,
        "Only these groups",
        others,
        key=f"perturb_only_{number}_{column}",
        address="perturb_only",
        unset=none,
        placeholder="all",
        filter_mode="contains",
        help="Compared with the control alone; samples of other groups take no part. Any group can be the control.",
    )
    return {"covariates": covariates, "only": tuple(str(name) for name in only)}


def donors(expression: Expression, column: str, taken: tuple[str, ...], number: int) -> str | None:
    """Show the box for donors whose samples come again; return the column, a word in its place, or None for as recognized."""
    words = {_RECOGNIZED: "as recognized", APART: "none: each sample for itself", BY_NAMES: "told by the samples' names"}
    columns = [str(c) for c in expression.obs.columns if c not in (column, *taken, "n_cells", *words)]
    chosen = links.url_widget(
        st.selectbox,
        "Donors",
        [*words, *columns],
        format_func=lambda name: words.get(name, name),
        key=f"perturb_donor_{number}_{column}",
        address="perturb_donors",
        unset=_RECOGNIZED,
        help="Several samples of one donor in a group (replicates, lanes, places) are not independent. They are summed, so that "
        "each donor counts once in a group. Recognized are columns such as donor or patient, and names such as P01_rep1.",
    )
    return None if chosen == _RECOGNIZED else str(chosen)


def ask_pairs(notes: Iterable[Note], column: str, number: int) -> None:
    """Ask whether samples are to be compared as pairs, where the sheet looks like it; it is never chosen without being asked."""
    asked = f"perturb_pair_asked_{number}_{column}"
    note = next((note for note in notes if note.kind in (NoteKind.MAY_BE_PAIRS, NoteKind.DONORS_CROSSED)), None)
    if note is None or note.facts.get("source") == BY_NAMES or st.session_state.get(asked):
        return
    by = str(note.facts.get("column") or note.facts["source"])
    count = int(note.facts.get("values") or note.facts["crossed"])
    with st.container(border=True):
        st.markdown(
            f":material/link: Each of {count:,} values of **{escape_markdown(by, 60)}** has both perturbed samples and controls. "
            "If these belong together, as those of one donor do, compare them within pairs: what sets donors apart is then "
            "taken out."
        )
        with st.container(horizontal=True):
            st.button(
                f"Compare within pairs of {escape_markdown(by, 40)}",
                key="pairs_yes",
                icon=":material/link:",
                on_click=_set,
                args=(f"perturb_pair_{number}_{column}", by),
            )
            st.button("They are independent", key="pairs_no", on_click=_set, args=(asked, True))


def _set(key: str, value: object) -> None:
    st.session_state[key] = value


def depth(number: int) -> int | None:
    """Show the box for depth; return what samples are thinned to, 0 for not at all, None for as it is needed."""
    left, right = st.columns(2)
    way = links.url_widget(
        left.segmented_control,
        "Depths",
        list(_DEPTHS),
        default="equal",
        required=True,
        format_func=lambda name: _DEPTHS[name],
        key=f"perturb_depth_way_{number}",
        address="perturb_depths",
        unset="equal",
        help="Samples that were read less deeply look moved by that alone. Counts of deeper samples are thinned at random to a "
        "common depth; what differs and is left as it is gets no p-value.",
    )
    if way != "to":
        return 0 if way == "as they are" else None
    return int(
        links.url_widget(
            right.number_input,
            "Counts",
            1,
            10**12,
            1_000_000,
            step=100_000,
            key=f"perturb_depth_{number}",
            address="perturb_depth",
            unset=1_000_000,
            help="A sample.",
        )
    )


def are_cells(
    session: Session, expression: Expression, column: str, extra: tuple[str, ...], number: int, options: DeltaGenerator
) -> bool:
    """Show whether rows are taken for single cells, with a switch, before anything is summed; return what holds.

    The switch stands among the options where they are not.
    """
    if "n_cells" in expression.obs:
        return False
    guess = experiment.are_cells(session, expression, column, extra)
    words = (
        f"The {len(expression.samples):,} rows look like single cells: few genes and few counts each, many of a kind. They are "
        "summed to samples before they are compared."
    )
    if guess:
        st.info(words, icon=":material/scatter_plot:")
    place = st.container() if guess else options
    start = "single cells, summed" if guess else "samples"
    way = links.url_widget(
        place.segmented_control,
        "Rows are",
        ["single cells, summed", "samples"],
        default=start,
        required=True,
        key=f"perturb_rows_{number}_{column}_{guess}",
        address="perturb_rows",
        unset=start,
    )
    return way != "samples"


def _is_number(expression: Expression, name: str) -> bool:
    try:
        return read_covariates(expression.obs, (name,))[0].as_what == "number"
    except GeneRAINError:
        return False


def _read(expression: Expression, covariates: tuple[str, ...], taken: tuple[str, ...]) -> str:
    try:
        read = read_covariates(expression.obs, covariates, taken)
    except GeneRAINError as problem:
        return str(problem)
    return f"Read as: {covariates_read({each.name: each.kinds for each in read})}."
