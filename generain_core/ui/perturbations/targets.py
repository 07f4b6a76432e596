"""Targets of perturbations: does the gene itself go down, and does the model foresee what that does?"""

from typing import Any

import pandas as pd
import streamlit as st

from generain_core.perturbations.choices import Choices
from generain_core.perturbations.genes.target_levels import measure_targets
from generain_core.perturbations.in_silico.changed_controls import InSilicoOptions, To
from generain_core.perturbations.in_silico.knockdown import InSilico, candidates, in_silico
from generain_core.perturbations.in_silico.verdict import rows_of_verdict
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.screens.one_against_many import FEW, LEAST
from generain_core.perturbations.shifts_file import parameters
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.ui.components import downloads, meaning
from generain_core.ui.components import figures as charts
from generain_core.ui.components.downloads import File
from generain_core.ui.perturbations import charts as perturb_charts
from generain_core.ui.perturbations import experiment, target_tables
from generain_core.ui.perturbations.columns import SHARED_COLUMNS
from generain_core.ui.perturbations.ranking import FDR
from generain_core.ui.samples.corrections import figures
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.shell.escaping import escape_markdown

_COLUMNS = SHARED_COLUMNS | {
    "left_percent": st.column_config.NumberColumn("Left of it", format="%.0f %%", help="Of the target's depth-scaled count."),
    "n_reference": st.column_config.NumberColumn("Reference", format="localized", help="Samples compared with."),
    "verdict": st.column_config.TextColumn("Verdict"),
}
_IN_SILICO_COLUMNS = SHARED_COLUMNS | {
    "read_in": st.column_config.NumberColumn("Read in", format="localized", help="Controls in which the change is read."),
    "n_controls": st.column_config.NumberColumn("Controls", format="localized"),
    "cosine_model": st.column_config.NumberColumn("Model", format="%.2f", help="Cosine of foreseen and measured shift."),
    "cosine_mean_others": st.column_config.NumberColumn("Others", format="%.2f", help="Of the mean shift of all others."),
    "cosine_regression": st.column_config.NumberColumn("Regression", format="%.2f", help="On principal components."),
    "cosine_random": st.column_config.NumberColumn("Random genes", format="%.2f", help="Of like rank; mean."),
    "random_p": st.column_config.NumberColumn("p", format="%.2g", help="Share of random genes that do as well."),
    "length": st.column_config.NumberColumn("Shift", format="%.3g", help="Length of the shift in the model's space."),
    "placebo_length": st.column_config.NumberColumn("Placebos", format="%.3g", help="Median shift of genes of like rank."),
    "placebo_p": st.column_config.NumberColumn("Placebo p", format="%.2g", help="Share of genes of like rank that shift as far."),
    "cosine_published": st.column_config.NumberColumn("As published", format="%.2f", help="Cosine of the authors' own change."),
    "published_read_in": st.column_config.NumberColumn("Read in, as published", format="localized"),
    "published_length": st.column_config.NumberColumn("Shift, as published", format="%.3g"),
    "published_placebo_length": st.column_config.NumberColumn("Placebos, as published", format="%.3g"),
    "published_placebo_p": st.column_config.NumberColumn("Placebo p, as published", format="%.2g"),
    "beats": st.column_config.CheckboxColumn("Beats all", help="Above all baselines, and above random genes with p of 0.05."),
}

_SHOWN = (
    "perturbation",
    "cosine_model",
    "cosine_mean_others",
    "cosine_regression",
    "cosine_random",
    "random_p",
    "beats",
    "length",
    "placebo_p",
    "cosine_published",
)
"""Columns of knock-downs in silico for which a page has room; the file has all."""
_QUICK = 60
_TO: dict[To, str] = {"unexpressed": "unexpressed", "top": "the top bin"}


survives_reload("perturb_to", "perturb_most", "perturb_controls")
_TARGETS = experiment.Part[pd.DataFrame]("targets")
_IN_SILICO = experiment.Part[InSilico]("in_silico")


def targets(session: Session, result: Perturbed, choices: Choices, release: Release) -> None:
    """Show what is left of each target."""
    if not result.design.targets:
        st.info("No perturbation names a gene, so there is no target to look at.", icon=":material/info:")
        return
    quick = len(result.design.targets) <= _QUICK
    table = experiment.part(session, _TARGETS, choices, "Targets", lambda tell: measure_targets(result, tell), quick=quick)
    if table is None:
        return
    counts = table["verdict"].value_counts()
    untold = len(table) - sum(int(counts.get(word, 0)) for word in ("down", "up", "not told"))
    labels = {"down": "Target down", "up": "Target up", "not told": "Not told"}
    figures(
        *((label, f"{int(counts.get(word, 0)):,}", FDR) for word, label in labels.items()),
        ("Not testable", f"{untold:,}", "Not measured, hardly expressed, or too few samples."),
    )
    verdicts = {word: table["verdict"] == word for word in ("down", "up") if counts.get(word)}
    looks: dict[str, Any] = {"parts": verdicts, "height": 320, "placeholder": ""}
    target_tables.show(table, release, "targets", "perturb_targets", _COLUMNS, **looks)
    few = bool((table["n_samples"] <= FEW).any())
    way = f"of up to {FEW} samples beside {LEAST} controls or more by a t-test with the spread of these, else " if few else ""
    meaning.line(
        "what-is-left-of-a-target",
        f"Left of it: of the target's depth-scaled count, by the mean log2 change; p is two-sided, {way}by exchanging labels.",
    )
    downloads.offer(
        File("Targets", "knock_down_check.csv", table),
        origin=provenance(release, parameters(result), "log2(count · 10⁷ / total + 1) of the target"),
    )


def foreseen_by_model(session: Session, result: Perturbed, choices: Choices, release: Release) -> None:
    """Offer to knock genes down in silico, and show whether that foresees what was measured."""
    names = candidates(result)
    if not names:
        why = "no perturbation names a gene that was binned" if result.model else "the samples were not embedded with a model"
        st.info(f"Nothing can be foreseen in silico: {why}.", icon=":material/info:")
        return
    st.markdown("Sets each target in control samples, embeds these again, and holds the direction against the measured one.")
    row = st.container(horizontal=True, vertical_alignment="bottom")
    to = row.segmented_control(
        "Set the target to",
        list(_TO),
        default="unexpressed",
        required=True,
        format_func=lambda name: _TO[name],
        key="perturb_to",
        persist_state="session",
    )
    most = row.number_input(
        "Perturbations", 1, len(names), min(len(names), 20), key="perturb_most", persist_state="session", help="The surest first."
    )
    controls = row.number_input("Controls", 1, 100, 8, key="perturb_controls", persist_state="session", help="Changed, at most.")
    ask = InSilicoOptions(to=to, controls=int(controls), most=int(most), device=choices.device)
    key = (choices, ask)
    started = _IN_SILICO.is_begun(session, key)
    if not started and not st.button(f"Run {int(most):,} in silico", key="perturb_silico_run", icon=":material/play_arrow:"):
        return
    forecast = experiment.part(
        session, _IN_SILICO, key, "In-silico knock-downs", lambda tell: in_silico(result, release, ask, tell)
    )
    if forecast is not None:
        _silico(forecast, result, release)


def _silico(made: InSilico, result: Perturbed, release: Release) -> None:
    words = escape_markdown(made.verdict, 800)
    if made.beats:
        st.success(words, icon=":material/check_circle:")
    else:
        st.info(words, icon=":material/block:" if made.beats is False else ":material/help:")
    charts.show(
        perturb_charts.silico(made, simulated=release.simulated),
        key="perturb_silico_chart",
        name="in_silico",
        kind="svg",
        zoom=False,
        alt="Cosine of foreseen and measured shift of each perturbation, for the model and its baselines",
    )
    counted, every = int(rows_of_verdict(made.table).sum()), len(made.table)
    rest = "the other is pale" if every - counted == 1 else f"the {every - counted:,} others are pale"
    pale = f" The verdict and the lines are of {counted:,}; {rest}." if counted < every else ""
    meaning.line(
        "in-silico-knock-down",
        f"A dot a perturbation; the line is the mean. 1 is the measured direction, 0 is no relation.{pale}",
    )
    for note in made.notes:
        st.caption(escape_markdown(note))
    background = result.design.targets.values()
    looks: dict[str, Any] = {"title": "In silico", "background": background, "height": 320, "placeholder": ""}
    looks["column_order"] = [name for name in _SHOWN if name in made.table]
    target_tables.show(made.table, release, "in_silico", "perturb_silico_table", _IN_SILICO_COLUMNS, **looks)
    origin = provenance(release, parameters(result), f"in silico: target {made.ask.to}, {made.ask.random_genes} random genes")
    files = File("In silico", "in_silico.csv", made.table), File("Verdict", "in_silico_verdict.csv", made.summary)
    downloads.offer(*files, origin=origin)
