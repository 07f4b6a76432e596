"""What was decided about a table, in one sentence, and a button that has each decision otherwise."""

from collections.abc import Callable

import streamlit as st

from generain_core.samples.interpret.correction import Corrections
from generain_core.samples.interpret.decisions import LOG_STANDS, UNTOLD, decisions_of
from generain_core.samples.interpret.diagnosis import Findings
from generain_core.samples.interpret.expression import Decision
from generain_core.samples.io.raw_table import COLUMN_NAMES, ROW_NAMES, RawTable
from generain_core.samples.own_files.reading import is_own
from generain_core.ui.samples.correction_keys import CorrectionKeys
from generain_core.ui.session import upload
from generain_core.ui.session.session import Session
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.table_reading import decision_sentence

_WORDS: dict[str, Callable[[str], str]] = {
    "orientation": lambda other: f"Genes in {other}",
    "names": lambda other: f"Named by the {other}" if other in (ROW_NAMES, COLUMN_NAMES) else f"Named by {other}",
    "part": lambda other: f"Read {other}",
    "layer": lambda other: f"Values of {other}",
    "values": lambda other: f"They are {'logs' if other == 'log' else other}",
    "log": lambda other: other,
    LOG_STANDS: lambda other: other,
    "measure": lambda other: f"Columns of {other}",
    "totals": lambda _: "Keep sums",
}


def show(session: Session, raw: RawTable, findings: Findings, said: Corrections) -> None:
    """Say in one sentence what was decided about the file, and offer to have each decision otherwise."""
    if is_own(raw, said):
        return
    decisions = decisions_of(raw, findings, said)
    st.markdown(escape_markdown(decision_sentence(decisions), 900))
    shown = [each for each in decisions if each.otherwise and each.code in _WORDS and (each.code != "part" or session.files)]
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.caption("Instead:", width="content")
    for each in shown:
        for at, other in enumerate(each.otherwise if each.taken == UNTOLD else each.otherwise[:1]):
            label = escape_markdown(_WORDS[each.code](other), 60)
            key = f"instead_{each.code}_{CorrectionKeys.of(raw).file}{f'_{at}' if at else ''}"
            row.button(label, key=key, type="tertiary", on_click=_turn_over, args=(session, raw, findings, each, other))


def _turn_over(session: Session, raw: RawTable, findings: Findings, decision: Decision, other: str) -> None:
    """Have a decision otherwise; for callbacks."""
    box, state = CorrectionKeys.of(raw), st.session_state
    if decision.code == "part":
        upload.begin_part(session, other)
        return
    keys = {
        "orientation": box.axis,
        "names": box.column(findings.genes_in),
        "layer": box.layer,
        "values": box.kind(findings.genes_in, findings.layer),
        "log": box.base(findings.genes_in, findings.layer),
        LOG_STANDS: box.base(findings.genes_in, findings.layer),
        "measure": box.measure,
        "totals": box.sums,
    }
    state[keys[decision.code]] = True if decision.code == "totals" else other
