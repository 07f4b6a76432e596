"""What was understood of an expression table, shown for correction."""

import re
from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.interpret.correction import Corrections
from generain_core.samples.interpret.count_scale import base_taken, kind_taken, kinds_offered
from generain_core.samples.interpret.diagnosis import Findings
from generain_core.samples.interpret.identifiers import counted_kinds
from generain_core.samples.interpret.log_base import logs_offered
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.interpret.values import cells
from generain_core.samples.io.raw_table import RawTable
from generain_core.text import percent
from generain_core.ui.samples.correction_keys import CorrectionKeys
from generain_core.ui.shell.escaping import escape_markdown

_AXES = ("rows", "columns")


def boxes() -> Any:
    """Return the row in which the boxes of corrections stand."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def corrections(row: Any, raw: RawTable, findings: Findings) -> Corrections:
    """Show how the file was understood in boxes that can be changed, and return what was changed."""
    said, box = Corrections(), CorrectionKeys.of(raw)
    asked = "genes_in" in findings.questions
    start_axis = None if asked else findings.genes_in
    axis = row.segmented_control(
        "Genes are in", _AXES, default=start_axis, required=not asked, key=box.axis, persist_state="session"
    )
    if axis is None:
        axis = findings.genes_in
    elif asked or axis != findings.genes_in:
        said["genes_in"] = str(axis)
    names = [each.name for each in findings.gene_columns if each.axis == axis] or [findings.gene_column]
    start = names.index(findings.gene_column) if findings.gene_column in names else 0
    if "gene_column" in findings.questions and len(names) > 1:
        label, key = "Genes are named by", box.column(axis)
        named = row.selectbox(label, names, None, key=key, width=180, persist_state="session", placeholder="Choose")
        if named is not None:
            said["gene_column"] = str(named)
    elif (column := _box(row, "Genes are named by", names, start, box.column(axis))) != findings.gene_column and len(names) > 1:
        said["gene_column"] = column
    if len(findings.layers) > 1:
        layers = list(findings.layers)
        asked = "layer" in findings.questions
        start_layer = None if asked else layers.index(findings.layer)
        words = "Choose" if asked else None
        layer = row.selectbox(
            "Counts are in", layers, start_layer, key=box.layer, width=180, persist_state="session", placeholder=words
        )
        if layer is not None and (asked or layer != findings.layer):
            said["layer"] = str(layer)
    if len(findings.sorted.measures) > 1:
        measures = list(findings.sorted.measures)
        measure = _box(row, "Columns of", measures, measures.index(findings.sorted.measure), box.measure)
        if measure != findings.sorted.measure:
            said["measure"] = measure
    return said


def kinds(row: Any, raw: RawTable, findings: Findings) -> Corrections:
    """Show what kind of values the table holds, and of which log, for correction; return what was changed."""
    said, box = Corrections(), CorrectionKeys.of(raw)
    offered = kinds_offered(findings.values)
    options = [kind.label for kind in (offered if findings.values.kind in offered else (findings.values.kind, *offered))]
    key = box.kind(findings.genes_in, findings.layer)
    if findings.values.unsure:
        chosen = row.selectbox("Values are", options, None, key=key, width=180, persist_state="session", placeholder="Choose")
        if chosen is None:
            return said
        kind = str(chosen)
    else:
        kind = _box(row, "Values are", options, options.index(findings.values.kind.label), key)
    if kind != findings.values.kind.label or findings.values.unsure:
        said["value_kind"] = ValueKind(kind)
    if kind == ValueKind.LOG.label:
        log = base_taken(findings.values, Corrections())
        logs, inferred = logs_offered(log), log.formula
        formulas = list(dict.fromkeys([inferred, *logs])) if inferred not in logs else list(logs)
        formula = _box(row, "Log", formulas, formulas.index(inferred), box.base(findings.genes_in, findings.layer))
        if formula != inferred:
            said |= cast(Corrections, logs[formula])
        elif not log.certain:
            said["base"] = log.base
        said["back_transform"] = False
    return said


def consents(raw: RawTable, findings: Findings, said: Corrections) -> Corrections:
    """Offer what makes logs and missing values usable, and to keep what looks like a total; return what was accepted."""
    more, box = Corrections(), CorrectionKeys.of(raw)
    if findings.values.unsure and "value_kind" not in said:
        st.info(escape_markdown(f"{findings.values.unsure} Choose above what the values are."), icon=":material/help:")
    elif kind_taken(findings.values, said) == ValueKind.LOG:
        formula = base_taken(findings.values, said).formula
        why = findings.values.log.why if findings.values.log and ("base" not in said or not findings.values.log.certain) else ""
        st.info(escape_markdown(f"These are logs, {formula}, and bins are made of counts. {why}"), icon=":material/functions:")
        more["back_transform"] = st.checkbox(f"Undo the log, {escape_markdown(formula)}", key=box.undo, persist_state="session")
    if findings.values.missing:
        few = cells(findings.values.missing)
        if st.checkbox(f"Take missing values as 0: {few} without a value.", key=box.missing, persist_state="session"):
            more["missing_as_zero"] = True
    if findings.left_out:
        st.info(
            escape_markdown(f"Left out, as they repeat the others: {' '.join(findings.left_out[:6])}", 900),
            icon=":material/functions:",
        )
        if st.checkbox("Keep what was left out", key=box.sums, persist_state="session"):
            more["keep_sums"] = True
    return more


def understood(raw: RawTable, findings: Findings, said: Corrections) -> None:
    """Say in words and figures how the file was understood, and why."""
    kept = said.get("keep_sums", False)
    genes = "Rows that name genes" if findings.genes_in == "rows" else "Columns that name genes"
    figures(
        ("Samples", f"{findings.samples + kept * len(findings.sums):,}"),
        (genes, f"{findings.genes + kept * len(findings.gene_sums):,}"),
        (
            "Human genes among them",
            percent(max(findings.recognized, findings.identifier_kinds.get("Ensembl gene", 0)) / max(findings.genes, 1), 1),
            "Names of genes that this release knows, and Ensembl IDs of other human genes.",
        ),
        ("Organism", findings.organism),
    )
    names, form = counted_kinds(findings.identifier_kinds, 6), f"{raw.format[:1].upper()}{raw.format[1:]}"
    st.caption(escape_markdown(f"{form}. Names: {names}. {findings.values.evidence[0]}", 600))
    with st.expander("Why it was understood so", icon=":material/lightbulb:"):
        for sentence in (*raw.notes, *findings.evidence):
            st.markdown(f"- {escape_markdown(sentence, 600)}")


def figures(*shown: tuple[str, str] | tuple[str, str, str], last: str | None = None) -> None:
    """Show figures side by side, two in a row on a phone: label, value and, as it may be, help; a word below the last."""
    row = st.container(horizontal=True, gap="small")
    for i, (label, value, *words) in enumerate(shown, 1):
        delta = last if i == len(shown) else None
        row.metric(
            label,
            value,
            delta,
            delta_color="off",
            delta_arrow="off",
            help=words[0] if words else None,
            border=True,
            height="stretch",
        )


def refused(problem: GeneRAINError) -> None:
    """Say why the file can't be used as it is understood: mildly, if a tick above makes it usable."""
    if isinstance(problem, NeedsConsent):
        verb = "Choose" if problem.choices or "value_kind" in problem.options else "Tick"
        st.warning(escape_markdown(f"{problem} {verb} above to go on.", 1000), icon=":material/front_hand:")
    else:
        st.error(escape_markdown(problem, 1000), icon=":material/block:")


def notice(raw: RawTable, kind: ValueKind, *, has_sheet: bool) -> None:
    """Say what was not read, and what the kind of values means for the bins, where it matters."""
    for note in raw.not_read:
        if has_sheet and note.endswith("join it if it is the sample sheet."):
            continue
        if re.fullmatch(r"Of [\d,]+ files .* was read\.", note):
            st.caption(escape_markdown(note, 600))
        else:
            st.warning(escape_markdown(note, 600), icon=":material/content_cut:")
    if kind == ValueKind.SCALED:
        st.warning(
            "These are CPM or TPM. Their scale does not matter, since every sample is brought to one depth; but TPM corrects for "
            "the length of genes and counts don't, so that bias stays in the bins. Give counts if you have them."
        )


def _box(row: Any, label: str, options: Sequence[str], start: int, key: str) -> str:
    """Show a box of what was understood: to choose from, or to read where there is nothing to choose."""
    if len(options) < 2:
        row.text_input(label, options[0], disabled=True, key=f"{key}_only", width=180)
        return options[0]
    return str(row.selectbox(label, options, start, key=key, width=180, persist_state="session"))
