"""What came of a perturbation experiment, shown and offered for download."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.notes import DEPTH, DONORS, OUTSIDE_THE_MODEL, SUMS, WAYS, Note
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.shifts_file import parameters, shifts_adata
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.samples.binning.binned_files import write_h5ad
from generain_core.ui.components import downloads, meaning
from generain_core.ui.components import figures as charts
from generain_core.ui.components.downloads import File
from generain_core.ui.perturbations import charts as perturb_charts
from generain_core.ui.perturbations import experiment, target_tables
from generain_core.ui.perturbations.columns import SHARED_COLUMNS
from generain_core.ui.samples.corrections import figures
from generain_core.ui.session.own_values import rests_on_simulated
from generain_core.ui.session.session import Session
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.effects import ranking_sentence
from generain_core.wording.methods import methods
from generain_core.wording.perturbations import note_sentence, note_sentences

_IN_EXPRESSION = "The same in plain expression."
_COLUMNS = SHARED_COLUMNS | {
    "n_samples": SHARED_COLUMNS["n_samples"] | {"width": 70},
    "effect": st.column_config.NumberColumn("Effect", format="%.2f", width=70, help="In spreads of the controls, less noise."),
    "p_value": SHARED_COLUMNS["p_value"] | {"width": 80},
    "fdr": SHARED_COLUMNS["fdr"] | {"width": 80},
    "energy_distance": st.column_config.NumberColumn("Energy distance", format="%.3g"),
    "energy_fdr": st.column_config.NumberColumn("Energy FDR", format="%.2g", help="Of the energy distance."),
    "expression_effect": st.column_config.NumberColumn("Expr. effect", format="%.2f", width=95, help=_IN_EXPRESSION),
    "expression_p_value": st.column_config.NumberColumn("Expr. p", format="%.2g", width=80, help=_IN_EXPRESSION),
    "expression_fdr": st.column_config.NumberColumn("Expr. FDR", format="%.2g", width=90, help=_IN_EXPRESSION),
    "expression_note": st.column_config.TextColumn("Expr. note", width=100),
    "distance": st.column_config.NumberColumn("Distance", format="%.2f", width=80, help="From the controls; 1 is a control."),
    "tail_fdr": st.column_config.NumberColumn(
        "Tail FDR", format="%.2g", width=85, help="Benjamini–Hochberg of a tail fitted to the controls."
    ),
    "expression_distance": st.column_config.NumberColumn("Expr. distance", format="%.2f", width=110, help=_IN_EXPRESSION),
    "expression_tail_fdr": st.column_config.NumberColumn("Expr. tail FDR", format="%.2g", width=110, help=_IN_EXPRESSION),
    "agreement": st.column_config.NumberColumn("Agreement", format="%.2f", help="Mean cosine of its samples' shifts."),
    "found_in": st.column_config.TextColumn("Found in", width=120),
    "note": st.column_config.TextColumn("Note", width=100),
}

MOST_SHOWN = 40
MANY_OTHERS = 8
"""With so many perturbations, all others may stand in for controls."""
_FOUND = ("both", "embedding only", "expression only", "found")
_CROWDED = 10
"""With so many columns, long names of perturbations make way for the others."""
FDR = "At a false discovery rate of 5 %."


def ranked(session: Session, result: Perturbed, release: Release) -> None:
    """Show how far each perturbation moves the samples, in both spaces, and how sure that is."""
    table, spaces = result.table, tuple(r.space.name for r in result.rankings)
    simulated = rests_on_simulated(session, release, own=spaces == ("expression",))
    answer = ranking_sentence(table, spaces, result.design.control)
    why = table["note"][table["note"].fillna("") != ""]
    if answer:
        st.markdown(f"**{escape_markdown(answer, 600)}**")
    elif len(why):
        other = " Options lets you compare with all others instead of the controls." if _few_controls(result) else ""
        st.info(escape_markdown(f"No perturbation can be tested: {why.mode()[0]}.{other}", 400), icon=":material/info:")
    for note in result.notes:
        if note.kind in OUTSIDE_THE_MODEL:
            st.warning(escape_markdown(note_sentence(note), 600), icon=":material/straighten:")
    if len(table) > 1:
        _figures(table, spaces)
    charts.show(
        perturb_charts.ranking(table, spaces, simulated=simulated, most=MOST_SHOWN),
        key="perturb_ranking",
        name="perturbations",
        kind="svg",
        zoom=False,
        alt=f"{perturb_charts.measure_of(table).capitalize()} of each perturbation",
    )
    by_distance = perturb_charts.measure_of(table) == "distance"
    words = " ".join(filter(None, _caption(table, spaces, by_distance=by_distance)))
    if by_distance:
        meaning.line("screens-judged-by-controls", words)
    else:
        meaning.line("size-of-a-shift", words, also=("p-of-a-shift",))
    of_ways = _together([note for note in result.notes if note.kind in WAYS], len(spaces))
    told = [*of_ways, *(note for note in result.notes if note.kind in DEPTH | DONORS | SUMS)]
    if told:
        st.caption("  \n".join(escape_markdown(sentence, 600) for sentence in note_sentences(told)))
    found, order = {"found": table["found_in"].isin(_FOUND)}, _order(table, spaces)
    columns = _COLUMNS | ({"perturbation": _COLUMNS["perturbation"] | {"width": 120}} if len(order) >= _CROWDED else {})
    looks: dict[str, Any] = {"height": 320, "column_order": order, "placeholder": ""}
    target_tables.show(table, release, "ranked", "perturb_table", columns, parts=found, **looks)
    _downloads(result, release, own=release.simulated and not simulated)
    with st.expander("What has to be known to read this", icon=":material/info:"):
        st.markdown("- The file *Table* has all columns: energy distances, intervals, tests and what they assume, depths.")
        for note in result.notes:
            st.markdown(f"- {escape_markdown(note_sentence(note), 600)}")
        for ranking in result.rankings:
            st.markdown(f"- {escape_markdown(ranking.space.words.capitalize(), 400)}")


def _figures(table: pd.DataFrame, spaces: tuple[str, ...]) -> None:
    """Show how many perturbations were found where."""
    counts = table["found_in"].value_counts()
    names = ("both", "embedding only", "expression only") if len(spaces) == 2 else ("found", "not found")
    shown = {"both": "In both spaces", "embedding only": "Model only", "expression only": "Expression only"}
    untested = int(sum(n for name, n in counts.items() if "not testable" in str(name)))
    figures(
        *((shown.get(name, name.capitalize()), f"{int(counts.get(name, 0)):,}", FDR) for name in names),
        *([("No p-value", f"{untested:,}", "No test holds its level here; the table says why.")] if untested else []),
    )
    _tail(table, spaces)


def _caption(table: pd.DataFrame, spaces: tuple[str, ...], *, by_distance: bool) -> list[str]:
    """Return what the chart shows: of what is drawn alone."""
    drawn = table.head(MOST_SHOWN)
    several, two = len(table) > 1, len(spaces) > 1
    heads = ["", *(f"{space}_" for space in spaces[1:])]
    intervals = not by_distance and any(drawn[f"{head}effect_low"].notna().any() for head in heads)
    first = "the smallest p in the model first" if two else "the smallest p first"
    order = f"Order: {first}, of equal ones the largest {'distance' if by_distance else 'effect'}."
    return [
        "Distance: from the controls, in their own covariance; 1 is the median of controls that are left out."
        if by_distance
        else "Effect: the shift from control less what noise alone adds, in spreads of the controls; noise alone gives one above "
        "0 in about half of all cases.",
        "Lines are 95 % intervals." if intervals else "",
        "Those with a dot inside are found by the fitted tail alone." if by_distance else "",
        order if several else "",
        "Each space has a unit of its own, so that sizes can't be compared between the two; nor does found in one alone show "
        "that they differ."
        if two
        else "",
        f"The first {MOST_SHOWN} of {len(table):,} are drawn." if len(table) > MOST_SHOWN else "",
    ]


def _together(notes: list[Note], spaces: int) -> list[Note]:
    """Return notes, those that are the same in all spaces once."""
    alike: dict[tuple[object, str], list[Note]] = {}
    for note in notes:
        alike.setdefault((note.kind, repr(sorted(note.facts.items()))), []).append(note)
    return [
        replace(same[0], space="both spaces") if len(same) == spaces > 1 else note
        for same in alike.values()
        for note in same[: 1 if len(same) == spaces else None]
    ]


def _tail(table: pd.DataFrame, spaces: tuple[str, ...]) -> None:
    """Show how many perturbations a tail fitted to the controls finds, where they were judged by these."""
    heads = ["", *(f"{space}_" for space in spaces[1:])]
    if not any(f"{head}tail_fdr" in table for head in heads):
        return
    figures(
        *(
            (f"By fitted tail, {perturb_charts.WORDS[space]}", f"{int((table[f'{head}tail_fdr'] <= ALPHA).sum()):,}", FDR)
            for head, space in zip(heads, spaces, strict=True)
        )
    )
    st.caption(
        "Above: by rank among the controls, which assumes nothing but that a perturbation without effect is like a control. By "
        "fitted tail: beyond what ranks can tell, resting on the fit to the controls' farthest fifth (at least four)."
    )


def _few_controls(result: Perturbed) -> bool:
    design = result.design
    return design.reference == "control" and design.pairs is None and len(design.perturbations) >= MANY_OTHERS


def _order(table: pd.DataFrame, spaces: tuple[str, ...]) -> list[str]:
    """Return the columns to show, as many as a page has room for: what people look for first, notes only where there are any."""
    heads = ["", *(f"{space}_" for space in spaces[1:])]
    targets = table["target"].fillna("").astype(str)
    told = bool(((targets != "") & (targets != table["perturbation"].astype(str))).any())
    counted = len(table) < MANY_OTHERS or bool((table["n_samples"] > 1).any())  # of a screen, words above say that it is one each
    columns = ["perturbation", *(["target"] if told else []), *(["n_samples"] if counted else []), "found_in"]
    if perturb_charts.measure_of(table) == "distance":  # the test is of it
        columns += [f"{head}{name}" for head in heads for name in ("distance", "p_value", "fdr", "tail_fdr")]
    else:
        columns += [f"{head}{name}" for head in heads for name in ("effect", "p_value", "fdr")]
    notes = [f"{head}note" for head in heads if (table[f"{head}note"].fillna("") != "").any()]
    if notes:
        columns += notes[:1]
    elif "agreement" in table and table["agreement"].notna().any():
        columns += ["agreement"]
    if len(spaces) == 1 and "energy_fdr" in table and table["energy_fdr"].notna().any():
        columns += ["energy_distance", "energy_fdr"]
    return columns


def _downloads(result: Perturbed, release: Release, *, own: bool) -> None:
    downloads.offer(
        File("Table", "perturbations.csv", result.table),
        File("Labels", "perturbation_labels.csv", result.design.cleaned),
        File("Shifts (h5ad)", "perturbation_shifts.h5ad", lambda: _h5ad(result, release)),
        origin=provenance(release, parameters(result), own=own),
    )


def _h5ad(result: Perturbed, release: Release) -> bytes:
    with tempfile.TemporaryDirectory(prefix="generain-download-") as folder:
        path = Path(folder) / "shifts.h5ad"
        write_h5ad(shifts_adata(result, release, note_sentences(result.notes)), path)
        return path.read_bytes()


def written(session: Session, result: Perturbed, release: Release) -> None:
    """Show the methods as text to paste, with the references; of further views, those that were looked at."""
    text = methods(result, release, [name for name in experiment.PARTS if experiment.Part[object](name).is_made(session)])
    st.caption("To paste into a paper; the sources are at its end. It speaks of the views that you opened.")
    st.code(text, language=None, wrap_lines=True)
    downloads.offer(File("Text", "methods.txt", text))
