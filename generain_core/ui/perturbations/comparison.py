"""The comparison: begun, waited for, and looked at in one view at a time."""

from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.in_silico.knockdown import candidates
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.similarity.vector_agreement import LEAST
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.text import listed
from generain_core.ui.components import capsule_button
from generain_core.ui.components.capsule_tables import comparison_line
from generain_core.ui.jobs import job_view
from generain_core.ui.perturbations import dose_time, experiment, moved_genes, ranking, similarity, targets
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors import vector_sets

_FEWEST_ALIKE = 2
_TITLES = {"Foreseen": "Expected from genes", "Alike": "Alike in effect"}
"""What views are called where their name in links says too little."""


def until_compared(
    session: Session, expression: Expression, design: Design, choices: Choices, release: Release, resolver: Resolver
) -> Perturbed:
    """Return the result for these choices; end the page with the button or the job that makes it, as long as it is not there."""
    result = experiment.result(session, choices)
    if result is not None:
        return result
    few = len(design.perturbations) == 1
    what = escape_markdown(design.perturbations[0], 40) if few else f"{len(design.perturbations):,} perturbations"
    if st.button(
        f"Compare {what} with {escape_markdown(design.control, 40)}",
        type="primary",
        key="perturb_run",
        icon=":material/play_arrow:",
    ):
        links.begin_anew(keys.PERTURB_VIEW, "Ranking")  # a result opens on what came of it, not on what was looked at before
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
    missing = _missing(result, release)
    every: dict[str, Callable[[], None]] = {
        "Ranking": lambda: _ranking(session, result, choices, release, resolver),
        "Alike": lambda: similarity.compared(session, result, choices, release),
        "Foreseen": lambda: similarity.foretold(session, result, choices, release),
        "Genes": lambda: moved_genes.moved_genes(session, result, choices, release),
        "Targets": lambda: targets.targets(session, result, choices, release),
        "In silico": lambda: targets.foreseen_by_model(session, result, choices, release),
        **({"Dose and time": lambda: dose_time.trends(session, result, choices, release)} if dose_time.offers(result) else {}),
        "Methods": lambda: ranking.written(session, result, release),
    }
    shown = {name: show for name, show in every.items() if name not in missing}
    if st.session_state.get(keys.PERTURB_VIEW, "Ranking") not in shown:
        st.session_state[keys.PERTURB_VIEW] = "Ranking"
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
    if missing:
        st.caption(escape_markdown(_missing_sentence({_TITLES.get(view, view): why for view, why in missing.items()}), 600))
    shown[name]()


def _missing(result: Perturbed, release: Release) -> dict[str, str]:
    """Return the views that have nothing to show, each with what is missing."""
    shifts = max(int(np.isfinite(ranking.shifts).all(1).sum()) for ranking in result.rankings)
    design = result.design
    targets = len({design.targets[name] for name in design.perturbations if name in design.targets})
    if not vector_sets(release):
        no_vectors = "gene vectors in the release"
    else:
        no_vectors = "" if targets >= LEAST else f"{LEAST} perturbations that name a gene"
    missing = {
        "Alike": "" if shifts >= _FEWEST_ALIKE else "two perturbations",
        "Foreseen": no_vectors or ("" if shifts >= _FEWEST_ALIKE else "two perturbations"),
        "Targets": "" if targets else "a perturbation that names a gene",
        "In silico": "" if candidates(result) else _for_in_silico(result, targets),
    }
    return {view: what for view, what in missing.items() if what}


def _for_in_silico(result: Perturbed, targets: int) -> str:
    if not targets:
        return "a perturbation that names a gene"
    return "a perturbation of a gene that was binned" if result.model else "samples embedded by a model"


def _missing_sentence(missing: Mapping[str, str]) -> str:
    """Return which views are not offered, by their titles, and what each would need."""
    by_need: dict[str, list[str]] = {}
    for title, what in missing.items():
        by_need.setdefault(what, []).append(title)
    words = [f"{listed(titles)} {'need' if len(titles) > 1 else 'needs'} {what}" for what, titles in by_need.items()]
    return f"Not for this table: {'; '.join(words)}."
