"""The boxes in which a perturbation experiment is described."""

from dataclasses import replace
from typing import Any

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.experiment import Design, numbers_taken_off, perturbation_columns
from generain_core.perturbations.design.guess import guess_batch_columns, guess_perturbation_column
from generain_core.perturbations.design.label_preview import PERTURBATION
from generain_core.perturbations.design.label_reading import LabelReading
from generain_core.perturbations.design.labels import suggest_control
from generain_core.perturbations.donors.one_value import note_of
from generain_core.perturbations.donors.repeats import BY_NAMES, find_repeats
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.notes import NoteKind
from generain_core.perturbations.run import models_of
from generain_core.perturbations.screens.choose import Test
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.ui.perturbations import experiment, further_choices, label_inputs, target_tables
from generain_core.ui.perturbations.columns import LABEL_COLUMNS
from generain_core.ui.samples.corrections import figures
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.perturbations import note_sentence

_NONE = "none"
survives_reload("perturb_by_", "perturb_control_", "perturb_strata_", "perturb_pair_", "perturb_against_", "perturb_merge_")
survives_reload(
    "perturb_donor_", "perturb_model_", "perturb_seed_", "perturb_test_", "perturb_thin_", "perturb_sum_", "perturb_as_written_"
)
_TESTS: dict[Test, str] = {"auto": "as the design asks", "exchange": "exchange labels", "controls": "by the controls"}


def section(session: Session, release: Release, resolver: Resolver) -> tuple[Expression, Design, Choices]:
    """Show the boxes and return samples, design and choices; end the page where nothing can be compared."""
    try:
        with st.spinner("Looking at names and values …"):
            expression = experiment.samples(session, resolver)
        needed = not perturbation_columns(expression.obs)
        key, compared = experiment.samples_key(session), experiment.COMPARISON.latest(session) is not None
        expression, reading = label_inputs.section(session, key, expression, resolver, needed=needed, folded=compared)
        choices = choose(session, expression, release, reading)
        if choices is None:
            links.end()
        design, choices = labeled(session, expression, choices, release, resolver)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 1000), icon=":material/block:")
        links.end()
    return expression, design, choices


def choose(session: Session, expression: Expression, release: Release, reading: LabelReading | None = None) -> Choices | None:
    """Show the boxes and return what was chosen, or None where no column can name perturbations."""
    columns = perturbation_columns(expression.obs)
    if reading is not None and PERTURBATION not in columns:  # labels name it, though no two samples share one
        columns = [PERTURBATION, *columns]
    number = st.session_state.get(keys.UPLOADS, 0)
    if not columns:
        st.warning(
            "No column of your samples can name perturbations: one is needed whose values several samples share. Join a sample "
            "sheet on the Samples page, or say above how the names of your samples are built.",
            icon=":material/table:",
        )
        st.page_link("pages/samples.py", label="Samples", icon=":material/biotech:")
        return None
    likely = guess_perturbation_column(expression.obs, columns)
    likely = PERTURBATION if reading is not None and PERTURBATION in columns else likely
    as_read = "" if reading is None else "_read"
    boxes = st.columns(4)
    column = links.url_widget(
        boxes[0].selectbox,
        "Perturbation",
        columns,
        columns.index(likely),
        key=f"perturb_by_{number}{as_read}",
        address="perturb_by",
        unset=likely,
    )
    values = list(experiment.values_of(session, expression, column).index)
    start = suggest_control(values) or values[0]
    is_read = reading is not None and column == PERTURBATION
    start = reading.pattern.control if reading is not None and is_read and reading.pattern.control in values else start
    control = links.url_widget(
        boxes[1].selectbox,
        "Control",
        values,
        values.index(start),
        key=f"perturb_control_{number}_{column}",
        address="perturb_control",
        unset=start,
        filter_mode="contains",
    )
    others = [c for c in columns if c != column]
    batches = guess_batch_columns(expression.obs, column, str(control), others)
    strata = links.url_widget(
        boxes[2].multiselect,
        "Compare within",
        others,
        batches,
        key=f"perturb_strata_{number}_{column}",
        address="perturb_within",
        unset=batches,
        placeholder="all samples",
        help="Batch, cell line, donor: samples are compared, and labels exchanged, within the same value only.",
    )
    pair = links.url_widget(
        boxes[3].selectbox,
        "Pairs",
        [_NONE, *others],
        key=f"perturb_pair_{number}_{column}",
        address="perturb_pairs",
        unset=_NONE,
        help="The donor, say, if perturbed and control samples of one belong together.",
    )
    taken = tuple(c for c in (*strata, "" if pair == _NONE else str(pair)) if c)
    above = st.container()
    options = st.expander("Options", icon=":material/tune:")
    with above:
        cells = further_choices.are_cells(session, expression, column, taken, number, options)
    with options:
        further = further_choices.covariates_and_groups(expression, column, str(control), values, taken, number)
        further["donor"] = further_choices.donors(expression, column, taken, number)
        start = experiment.is_embedded(session)
        more = further | _options(expression, release, column, taken, number, cells=cells, start=start)
    if session.examined is not None:
        more["min_genes"] = session.examined.min_genes  # as chosen on the page Samples
    more |= {"labels": reading.pattern, "labels_in": reading.source} if reading is not None and is_read else {}
    return Choices(
        column=str(column), control=str(control), strata=tuple(strata), pair="" if pair == _NONE else str(pair), **more
    )


def _options(
    expression: Expression, release: Release, column: str, taken: tuple[str, ...], number: int, *, cells: bool, start: bool
) -> dict[str, Any]:
    row = st.columns(4)
    against = links.url_widget(
        row[0].segmented_control,
        "Compare with",
        ["controls", "all others"],
        default="controls",
        required=True,
        key=f"perturb_against_{number}",
        address="perturb_with",
        unset="controls",
        help="All others: for screens with hardly any control, where most perturbations do little.",
    )
    merge = links.url_widget(
        row[1].toggle,
        "Guides of a gene are one",
        True,
        key=f"perturb_merge_{number}",
        address="perturb_merge",
        unset=True,
        help="sgTP53-1 and TP53_2 become TP53. Off: each is a perturbation.",
    )
    models = [*models_of(release), _NONE]
    model = links.url_widget(
        row[2].selectbox,
        "Model",
        models,
        key=f"perturb_model_{number}",
        address="perturb_model",
        unset=models[0],
        help="none: plain expression only. Expression is always looked at, as the baseline.",
    )
    seed = links.url_widget(
        row[3].number_input, "Seed", 0, 2**31 - 1, 0, key=f"perturb_seed_{number}", address="perturb_seed", unset=0
    )
    left, right = st.columns(2)
    test: Test = links.url_widget(
        left.segmented_control,
        "Test",
        list(_TESTS),
        default="auto",
        required=True,
        format_func=lambda name: _TESTS[name],
        key=f"perturb_test_{number}",
        address="perturb_test",
        unset="auto",
        help="By the controls: how far a perturbation lies from them, ranked among the controls themselves. Taken where most "
        "perturbations have one sample, or few beside many controls; the page says so.",
    )
    is_example = release.has("example") and expression.source == release.path("example").name
    start |= is_example
    thin = links.url_widget(
        right.toggle,
        "Embed although few genes were measured",
        start,
        key=f"perturb_thin_{number}_{start}",
        address="perturb_thin",
        unset=is_example,  # not whether this session embedded them: a colleague's has not
        help="Otherwise samples with less than half of the model's genes are compared in plain expression alone. On where you "
        "embedded them, and for the published example, which has 8,563 genes and was embedded so by the authors.",
    )
    depth = further_choices.depth(number)
    summed: tuple[str, ...] = ()
    if cells:
        default = [column, *dict.fromkeys(taken)]
        summed = tuple(
            links.url_widget(
                st.multiselect,
                "Sum single cells that are equal in",
                list(map(str, expression.obs.columns)),
                default,
                key=f"perturb_sum_{number}_{'_'.join(default)}",
                address="perturb_sum",
                unset=default,
                help="Each sum is one sample. Add a replicate or well to have several for each perturbation.",
            )
        )
    return {
        "reference": "others" if against == "all others" else "control",
        "merge_guides": bool(merge),
        "model": "" if model == _NONE else str(model),
        "settings": Settings(seed=int(seed)),
        "sum_by": summed,
        "test": test,
        "thin": bool(thin),
        "depth": depth,
        "cells": "auto" if summed else "keep",
    }


def labeled(
    session: Session, expression: Expression, choices: Choices, release: Release, resolver: Resolver
) -> tuple[Design, Choices]:
    """Show how many samples are what and how labels were cleaned, with a box to undo it; return what comes of that.

    Raises:
        GeneRAINError: nothing can be compared with these choices.
    """
    counts = st.container()
    cleaned = experiment.cleaned(session, expression, choices, resolver)
    changed = cleaned.loc[cleaned["as_written"] != cleaned["label"], "as_written"].tolist()
    words = f"Names: {len(changed):,} of {len(cleaned):,} changed" if changed else "Names: as written"
    said = st.container()
    with st.expander(words, icon=":material/label:"):
        if changed:
            kept = st.multiselect(
                "Leave as written",
                changed,
                key=f"perturb_as_written_{st.session_state.get(keys.UPLOADS, 0)}_{choices.column}_{choices.control}",
                placeholder="none",
                persist_state="session",
                help="Labels that were changed or merged and should not be.",
            )
            choices = replace(choices, as_written=tuple(str(word) for word in kept))
        try:
            found = experiment.design(session, expression, choices, resolver)
        except GeneRAINError as problem:
            hint = " Labels that were changed or merged can be left as written, under Names." if changed else ""
            raise GeneRAINError(f"{problem}{hint}") from problem
        for note in found.notes:
            st.markdown(f"- {escape_markdown(note_sentence(note))}")
        target_tables.show(found.cleaned, release, "labels", "perturb_labels", LABEL_COLUMNS, height=260)
    with counts:
        figures(*_counts(found, " cells" if choices.sum_by else " samples"))
        if choices.sum_by:
            sums = len(expression.obs[list(choices.sum_by)].dropna().drop_duplicates())
            cells = f"Single cells: about {sums:,} sums by {' and '.join(choices.sum_by)} are compared."
            st.caption(escape_markdown(f"{cells} The box for that is under Options.", 300))
    number = st.session_state.get(keys.UPLOADS, 0)
    repeats = None if choices.sum_by else find_repeats(expression.obs, found, choices.donor)
    of_donors = note_of(repeats, choices) if repeats is not None else None
    with said:
        further_choices.ask_pairs([*found.notes, *([of_donors] if of_donors else [])], choices.column, number)
    if of_donors is not None and (of_donors.kind is not NoteKind.DONORS_CROSSED or of_donors.facts["source"] == BY_NAMES):
        said.info(
            f"{escape_markdown(note_sentence(of_donors), 600)} The box for donors is under Options.", icon=":material/groups:"
        )
    for note in found.notes:
        if note.kind is NoteKind.BATCH_WITHOUT_CONTROLS:
            said.warning(escape_markdown(note_sentence(note), 600), icon=":material/table_rows:")
    taken_off = numbers_taken_off(found)
    if taken_off:
        said.info(f"{escape_markdown(note_sentence(taken_off), 400)} The box for that is under Names.", icon=":material/label:")
    return found, choices


def _counts(design: Design, what: str) -> list[tuple[str, str]]:
    numbers = {
        "Perturbations": len(design.perturbations),
        f"Perturbed{what}": int(((design.labels != "") & ~design.is_control).sum()),
        f"Control{what}": int(design.is_control.sum()),
        **({"With a target gene": len(design.targets)} if design.targets else {}),
    }
    return [(label, f"{number:,}") for label, number in numbers.items()]
