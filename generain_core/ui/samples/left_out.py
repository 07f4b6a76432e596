"""What of a file is not among its samples and genes: listed with the reason, and a button that takes it in."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from generain_core.samples.interpret.correction import Corrections
from generain_core.samples.interpret.decisions import left_out_of
from generain_core.samples.interpret.diagnosis import Findings, sample_names
from generain_core.samples.interpret.expression import LeftOut
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.own_files.reading import is_own
from generain_core.ui.samples.correction_keys import CorrectionKeys
from generain_core.ui.session import upload
from generain_core.ui.session.session import Session
from generain_core.ui.shell.escaping import escape_markdown

_BUTTONS = 12
_OFFERED = 2000
_COLUMNS = {
    "kind": st.column_config.TextColumn("What", width="small"),
    "name": st.column_config.TextColumn("Name"),
    "reason": st.column_config.TextColumn("Why it was left out", width="large"),
}


def choices(raw: RawTable) -> Corrections:
    """Return what was taken in and left out by hand."""
    box, state, said = CorrectionKeys.of(raw), st.session_state, Corrections()
    if taken := tuple(state.get(box.taken_in, ())):
        said["take_in"] = taken
    if gone := tuple(state.get(box.gone, ())):
        said["leave_out"] = gone
    return said


def show(session: Session, raw: RawTable, findings: Findings, said: Corrections) -> None:
    """List what was left out, and offer to take it in, or to leave out more."""
    if is_own(raw, said):
        return
    left, box = left_out_of(raw, findings, said), CorrectionKeys.of(raw)
    there = [each for each in left if each.option != "part" or session.files is not None]
    with st.expander(f"Left out: {len(left):,}" if left else "Nothing was left out", icon=":material/content_cut:"):
        if left:
            table = pd.DataFrame([(each.kind, each.name, each.reason) for each in left], columns=["kind", "name", "reason"])
            st.dataframe(table, hide_index=True, height=min(38 + 35 * len(left), 280), key="left_out", column_config=_COLUMNS)
            _buttons(session, raw, there)
        taken = list(said.get("take_in", ()))
        if taken:
            row = st.container(horizontal=True, vertical_alignment="center")
            row.caption(escape_markdown(f"Taken in by hand: {', '.join(taken)}", 300), width="content")
            row.button("Leave out again", key="leave_out_again", type="tertiary", on_click=_set, args=(box.taken_in, []))
        names = sample_names(raw, raw.layers[findings.layer], findings.genes_in)
        if len(names) <= _OFFERED:
            options = list(dict.fromkeys([*said.get("leave_out", ()), *names]))
            st.multiselect("Leave out samples", options, key=box.gone, persist_state="session", placeholder="Choose samples")


def _buttons(session: Session, raw: RawTable, left: Sequence[LeftOut]) -> None:
    """Show a button for each reason, which takes in all that was left out for it."""
    groups: dict[tuple[str, str], list[LeftOut]] = {}
    for each in left:
        alone = each.option in ("part", "layer")
        groups.setdefault((each.option, each.name if alone else each.reason), []).append(each)
    row = st.container(horizontal=True, gap="small")
    for i, members in enumerate(list(groups.values())[:_BUTTONS]):
        first = members[0]
        words = first.name if len(members) == 1 else f"{len(members):,}: {first.reason}"
        row.button(
            escape_markdown(f"Take in {words}", 70),
            key=f"take_in_{i}",
            icon=":material/add:",
            on_click=_take_in,
            args=(session, raw, members),
        )


def _take_in(session: Session, raw: RawTable, members: Sequence[LeftOut]) -> None:
    """Take in what was left out; for callbacks."""
    box, first = CorrectionKeys.of(raw), members[0]
    if first.option == "part":
        upload.begin_part(session, first.name)
    elif first.option == "layer":
        _set(box.layer, first.name)
    else:
        held = list(st.session_state.get(box.taken_in, ()))
        _set(box.taken_in, list(dict.fromkeys([*held, *(each.name for each in members)])))


def _set(key: str, value: object) -> None:
    st.session_state[key] = value
