"""How the file is understood: shown, corrected, and turned into samples × genes."""

from typing import Any

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.raw_table import RawTable
from generain_core.ui.embedding import alternative_readings
from generain_core.ui.samples import corrections
from generain_core.ui.session import upload
from generain_core.ui.session.upload import Session


def section(session: Session, release: Release, resolver: Any) -> Expression:
    """Show how the file is understood for correction and return its expression; end the page if it can't be used so."""
    try:
        expression = _expression(session, session.raw, resolver)
    except GeneRAINError as problem:
        corrections.refused(problem)
        alternative_readings.rescue(session, release, resolver)
        st.stop()
    corrections.notice(expression.value_kind)
    return expression


def _expression(session: Session, raw: RawTable | None, resolver: Any) -> Expression:
    if raw is None:
        raise GeneRAINError("The file has not been read yet; wait until it is.")
    row = corrections.boxes()
    with st.spinner("Looking at names and values …"):
        findings = upload.findings(session, resolver, {})
    changes = corrections.corrections(row, raw, findings)
    with st.spinner("Looking at names and values …"):
        findings = upload.findings(session, resolver, changes) if changes else findings
    changes |= corrections.kinds(row, raw, findings)
    summary = st.container()
    changes |= corrections.consents(raw, findings, changes)
    with summary:
        corrections.understood(raw, findings, changes)
    return upload.expression(session, findings, changes)
