"""The comparison: begun, waited for, and looked at in one view at a time."""

import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.run import Perturbed
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.ui.components import capsule_button
from generain_core.ui.components.capsule_tables import comparison_line
from generain_core.ui.jobs import job_view
from generain_core.ui.perturbations import dose_time, experiment, moved_genes, ranking, similarity, targets
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown

_TITLES = {"Foreseen": "Expected from genes", "Alike": "Alike in effect"}
"""What views are called where their name in links says too little."""


def until_compared(
    session: Session, expression: Expression, design: Design, choices: Choices, release: Release, resolver: Resolver
) -> Perturbed:
    """Return the result for these choices; end the page with the button or the job that makes it, as long as it is not there."""
    result = experiment.result(session, choices)
    if result is not None:
        return result
    if st.button(
        f"Compare {len(design.perturbations):,} with {escape_markdown(design.control, 40)}",
        type="primary",
        key="perturb_run",
        icon=":material/play_arrow:",
    ):
        layout.attempt(experiment.begin, session, expression, choices, release, resolver)
    job = experiment.job(session, choices)
    if job is not None:
        job_view.show(job)
    links.end()


def _ranking(session: Session, result: Perturbed, choices: Choices, release: Release, resolver: Resolver) -> None:
    ranking.ranked(session, result, release)
    if choices.labels is None and not choices.labels_in:
        expression = experiment.samples(session, resolver)
        if expression.own is None:
            capsule_button.offer_made(
                "perturbations", lambda folder: comparison_line(expression, choices, result.model, result.table, folder)
            )


def views(session: Session, result: Perturbed, choices: Choices, release: Release, resolver: Resolver) -> None:
    """Show what came of the comparison, in the view that is chosen."""
    shown = {
        "Ranking": lambda: _ranking(session, result, choices, release, resolver),
        "Alike": lambda: similarity.compared(session, result, choices, release),
        "Foreseen": lambda: similarity.foretold(session, result, choices, release),
        "Genes": lambda: moved_genes.moved_genes(session, result, choices, release),
        "Targets": lambda: targets.targets(session, result, choices, release),
        "In silico": lambda: targets.foreseen_by_model(session, result, choices, release),
        **({"Dose and time": lambda: dose_time.trends(session, result, choices, release)} if dose_time.offers(result) else {}),
        "Methods": lambda: ranking.written(session, result, release),
    }
    name = links.url_widget(
        st.segmented_control,
        "View",
        list(shown),
        default="Ranking",
        required=True,
        format_func=lambda name: _TITLES.get(name, name),
        key=keys.PERTURB_VIEW,
        label_visibility="collapsed",
        unset="Ranking",
    )
    shown[name]()
