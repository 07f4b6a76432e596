"""A mouse's table: the table of orthologs that takes its genes under human names, brought or the release's."""

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.samples.interpret.correction import Corrections
from generain_core.samples.interpret.diagnosis import Findings
from generain_core.samples.orthologs.layouts import ACCEPTED
from generain_core.samples.orthologs.ortholog_table import read_orthologs
from generain_core.samples.orthologs.translation import MOUSE
from generain_core.ui.session.session import Session
from generain_core.ui.shell import layout
from generain_core.ui.shell.escaping import escape_markdown


def choice(session: Session, findings: Findings, resolver: Resolver) -> Corrections:
    """Offer to bring a table of orthologs where the names are a mouse's; return the one that was brought."""
    if findings.organism not in MOUSE:
        return Corrections()
    if session.orthologs is None:
        _offer(session, findings, resolver)
        return Corrections()
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(escape_markdown(f"Orthologs: {session.orthologs.source}, {session.orthologs.layout}."), width="content")
    row.button("Without it", key="orthologs_off", type="tertiary", on_click=_forget, args=(session,))
    return Corrections(orthologs=session.orthologs)


def mark(session: Session) -> None:
    """Say of samples of another species what they are, wherever they are worked on."""
    expression = session.joined.expression if session.joined is not None else None
    if expression is not None and expression.from_species:
        st.warning(
            f"From {expression.from_species}: genes stand under the names of their one-to-one human orthologs.",
            icon=":material/pest_control_rodent:",
        )


def _offer(session: Session, findings: Findings, resolver: Resolver) -> None:
    path: Path | None = getattr(resolver, "orthologs", None)
    if findings.translation is not None:
        return
    uploaded = st.file_uploader(
        "These look like a mouse's genes: a table of orthologs takes them under human names",
        key="orthologs",
        help=f"{ACCEPTED[:1].upper()}{ACCEPTED[1:]}; one-to-one orthologs alone are taken.",
    )
    if uploaded is not None:
        layout.attempt(_bring, session, uploaded)
    if path is not None and st.button("They are a mouse's: take the release's table", key="orthologs_release"):
        session.orthologs = read_orthologs(path)
        st.rerun()


def _bring(session: Session, uploaded: Any) -> None:
    with tempfile.TemporaryDirectory(prefix="generain-orthologs-") as folder:
        path = Path(folder) / "orthologs"
        path.write_bytes(uploaded.read())
        session.orthologs = read_orthologs(path, name=uploaded.name)


def _forget(session: Session) -> None:
    session.orthologs = None
