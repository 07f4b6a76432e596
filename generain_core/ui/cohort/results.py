"""The result of a cohort: the verdict, and one view at a time."""

from typing import Any

import pandas as pd
import streamlit as st

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.cohort_design import CohortDesign
from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.run import CohortResult
from generain_core.cohort.tables import (
    calibration_table,
    confusion_table,
    folds_table,
    predictions_table,
    scores_table,
    splits_table,
    survival_table,
)
from generain_core.genes.resolve import Resolver
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.samples.interpret.expression import Expression
from generain_core.text import with_noun
from generain_core.ui.cohort import charts, genes, judging, probe
from generain_core.ui.components import downloads, figures, meaning, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.jobs import job_view
from generain_core.ui.session.kept_keys import action
from generain_core.ui.session.session import Session
from generain_core.ui.shell import layout, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.cohort import METRICS, VERDICTS, decisions, representation_title, warnings
from generain_core.wording.verdicts import cohort_methods, needed_sentence, verdict_sentence

_ICONS = {"better": ":material/thumb_up:", "no_better": ":material/drag_handle:"}
_ICONS |= {"worse": ":material/thumb_down:", "too_few": ":material/help:"}
_RUN = action("cohort_run")


def until_judged(
    session: Session, expression: Expression, design: CohortDesign, choices: CohortChoices, release: Release, resolver: Resolver
) -> CohortResult:
    """Return the result for these choices; end the page with the button or the job that makes it, as long as it is not there."""
    result = judging.result(session, choices)
    if result is not None:
        return result
    job = judging.job(session, choices)
    if job is None or not job.unfinished:
        label = job_view.again(job, f"Judge {with_noun(len(design.rows), 'sample')}")
        if st.button(label, type="primary", key=_RUN, icon=":material/play_arrow:"):
            layout.attempt(judging.begin, session, expression, choices, release, resolver)
    if job is not None:
        job_view.show(job)
    links.end()


def views(session: Session, result: CohortResult, release: Release, resolver: Resolver) -> None:
    """Show the verdict, and the view that is chosen."""
    st.header(VERDICTS[result.comparison.verdict], anchor=False)
    st.info(escape_markdown(verdict_sentence(result), 1000), icon=_ICONS[result.comparison.verdict])
    if result.comparison.verdict != "too_few" and (needed := needed_sentence(result)):
        st.caption(escape_markdown(needed, 600))
    meaning.line("model-against-expression")
    later = [note for note in result.notes if all(note is not known for known in result.design.notes)]
    for text in warnings(later):
        st.warning(escape_markdown(text, 600), icon=":material/warning:")
    for text in decisions(later):
        st.caption(escape_markdown(text, 600))
    shown = {
        "Scores": lambda: _scores(result, release),
        "Predictions": lambda: _predictions(result, release),
        **({"Confounding": lambda: _confounding(result, release)} if len(result.confounding) else {}),
        "Genes": lambda: genes.view(session, result, release, resolver),
        "Probe": lambda: probe.view(session, result, release),
        "Methods": lambda: _methods(result, release),
    }
    name = links.url_widget(
        st.segmented_control,
        "View",
        list(shown),
        default="Scores",
        required=True,
        key="cohort_view",
        label_visibility="collapsed",
        unset="Scores",
    )
    shown[name]()


def _scores(result: CohortResult, release: Release) -> None:
    table, origin = scores_table(result), _origin(result, release)
    metrics = list(dict.fromkeys(table["metric"]))
    metric = metrics[0]
    if len(metrics) > 1:
        chosen = links.url_widget(
            st.segmented_control,
            "Score",
            metrics,
            default=metrics[0],
            required=True,
            key=f"cohort_metric_{metrics[0]}",
            address="cohort_metric",
            unset=metrics[0],
            format_func=lambda each: METRICS[each],
        )
        metric = str(chosen)
    figure = charts.scores(table, metric, simulated=release.simulated)
    figures.show(figure, "cohort_scores", "cohort_scores", zoom=False, width="stretch")
    own = table[table["metric"] == metric]
    named = own.assign(representation=[representation_title(name) for name in own["representation"]], metric=METRICS[metric])
    without = [name for name in named if str(name).startswith("null_") and named[name].isna().all()]
    meaning.line("scores", also=("null-of-a-score",) if result.null else ())
    tables.show(
        named.drop(columns=[*without, "metric", "folds", "null_observed"], errors="ignore"),
        release,
        "cohort_scores_table",
        _SCORES,
        placeholder="not known",
    )
    if without and metric == metrics[0]:
        st.caption("Outcomes were not exchanged, so there is no null.")
    downloads.offer(
        File("Scores", "cohort_scores.csv", table),
        File("Folds", "cohort_folds.csv", lambda: folds_table(result)),
        File("Who was held out when", "cohort_splits.csv", lambda: splits_table(result)),
        origin=origin,
    )


def _predictions(result: CohortResult, release: Release) -> None:
    names = list(result.results)
    name = str(links.url_widget(st.selectbox, "Of", names, key="cohort_of", unset=names[0], format_func=representation_title))
    everything = predictions_table(result)
    own = everything[everything["representation"] == name].drop(columns="representation")
    outcome = result.design.outcome
    extra: list[File] = []
    if outcome.kind.of_classes:
        left, right = st.columns(2)
        confused, calibrated = confusion_table(result, name), calibration_table(result, name)
        with left:
            figure = charts.confusion(confused, simulated=release.simulated)
            figures.show(figure, "cohort_confusion", "cohort_confusion", zoom=False, width="stretch")
        with right:
            figure = charts.calibration(calibrated, simulated=release.simulated)
            figures.show(figure, "cohort_calibration", "cohort_calibration", zoom=False, width="stretch")
        extra = [File("Confusion", "cohort_confusion.csv", confused), File("Calibration", "cohort_calibration.csv", calibrated)]
    elif outcome.kind is OutcomeKind.NUMBER:
        figure = charts.predicted(own, simulated=release.simulated)
        figures.show(figure, "cohort_predicted", "cohort_predicted", zoom=False, width="stretch")
    else:
        curves = survival_table(result, name)
        figure = charts.survival(curves, outcome.column, simulated=release.simulated)
        figures.show(figure, "cohort_survival", "cohort_survival", zoom=False, width="stretch")
        meaning.line(
            "survival-curves",
            "Kaplan–Meier curves. They have no p-value: the models of the folds share samples, so that a test of the two halves "
            "finds differences too easily. The concordance under Scores has an interval.",
        )
        extra = [File("Curves", "cohort_survival.csv", curves)]
    tables.show(own, release, "cohort_predictions_table", _predicted_columns(own), height=420, placeholder="")
    called = " It is called the class whose probability is highest beside the class's share of the samples, so that a rare class"
    called += " is not called too seldom: not always the class above one half."
    words = "Each sample as it was predicted when it was held out, the mean over repeats."
    st.caption(words + (called if outcome.kind.of_classes else ""))
    downloads.offer(File("Predictions", "cohort_predictions.csv", everything), *extra, origin=_origin(result, release))


def _confounding(result: CohortResult, release: Release) -> None:
    table = result.confounding
    st.caption(
        "How well embeddings and expression predict batch, sex, library size (log₁₀) and coverage (expressed genes), and how "
        "well each of these alone, and other columns of few values that go with it, predicts the outcome. What predicts it as "
        "well as the model or expression does is marked above. Two "
        "repeats of the cross-validation."
    )
    named = table.assign(metric=[METRICS[name] for name in table["metric"]])
    named["from"] = [representation_title(str(name)) for name in table["from"]]
    tables.show(named, release, "cohort_confounding_table", _CONFOUNDING, placeholder="not known")
    downloads.offer(File("Confounding", "cohort_confounding.csv", table), origin=_origin(result, release))


def _methods(result: CohortResult, release: Release) -> None:
    text = cohort_methods(result, release)
    st.text(text)
    downloads.offer(File("Methods", "cohort_methods.txt", text))


def _origin(result: CohortResult, release: Release) -> str:
    choices = result.choices
    return provenance(
        release,
        *result.marks,
        f"outcome {choices.predict}",
        f"{choices.repeats} × {result.design.folds} folds, seed {choices.seed}",
    )


def _predicted_columns(table: pd.DataFrame) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "sample": st.column_config.TextColumn("Sample", pinned=True),
        "donor": st.column_config.TextColumn("Donor"),
        "observed": st.column_config.Column("Observed"),
        "time": st.column_config.NumberColumn("Time"),
        "event": st.column_config.NumberColumn(
            "Event", help="1: it was seen at this time; 0: the sample was followed until then."
        ),
        "predicted": st.column_config.Column("Predicted", help="Of survival: the log of the hazard, relative."),
        "held_out": st.column_config.NumberColumn("Times held out", format="localized"),
    }
    for name in table.columns:
        if str(name).startswith("probability_"):
            columns[str(name)] = st.column_config.NumberColumn(f"P({str(name)[12:60]})", format="%.2f")
    return columns


_CONFOUNDING = {
    "predicted": st.column_config.TextColumn("Predicted", pinned=True),
    "from": st.column_config.TextColumn("From"),
    "metric": st.column_config.TextColumn("Score"),
    "mean": st.column_config.NumberColumn("Mean", format="%.3f"),
    "low": st.column_config.NumberColumn("Low", format="%.3f", help="Lower end of the 95 % interval."),
    "high": st.column_config.NumberColumn("High", format="%.3f"),
    "samples": st.column_config.NumberColumn("Samples", format="localized"),
}
_SCORES = {
    "representation": st.column_config.TextColumn("Representation", pinned=True),
    "metric": st.column_config.TextColumn("Score"),
    "mean": st.column_config.NumberColumn("Mean", format="%.3f"),
    "low": st.column_config.NumberColumn("Low", format="%.3f", help="Lower end of the 95 % interval."),
    "high": st.column_config.NumberColumn("High", format="%.3f"),
    "chance": st.column_config.NumberColumn("Chance", format="%.2f"),
    "folds": st.column_config.NumberColumn("Folds"),
    "null_observed": st.column_config.NumberColumn("Null: observed", format="%.3f", help="Of its least-squares probe."),
    "null_mean": st.column_config.NumberColumn("Null: mean", format="%.3f", help="Mean score where outcomes are exchanged."),
    "null_high": st.column_config.NumberColumn("Null: 95 %", format="%.3f"),
    "null_p_value": st.column_config.NumberColumn("Null: p", format="%.2g"),
    "null_between": st.column_config.TextColumn("Null: exchanged between"),
}
