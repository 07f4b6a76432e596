"""How the file is understood: shown, corrected, and turned into samples × genes."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.release.files import Release
from generain_core.samples.interpret.decisions import left_out_of
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.own_files.reading import is_own
from generain_core.text import with_noun
from generain_core.ui.components import steps
from generain_core.ui.embedding import alternative_readings
from generain_core.ui.samples import binned_view, corrections, decided, left_out, orthologs, own_file
from generain_core.ui.session import interpretation
from generain_core.ui.session.session import Session
from generain_core.ui.session.steps import Joined
from generain_core.ui.shell import links

_STEP = "table"


def section(session: Session, release: Release, resolver: Resolver) -> Joined:
    """Show how the file is understood for correction and return its samples × genes; end the page if it can't be used so."""
    step, decisions = steps.step(_STEP, "Table"), st.container()
    with step:
        try:
            joined = _join(session, session.raw, release, resolver, decisions)
        except GeneRAINError as problem:
            corrections.refused(problem)
            alternative_readings.rescue(session, release, resolver)
            steps.waits(_STEP)
            links.end()
        binned_view.show_preview(joined.expression)
    orthologs.mark(session)
    corrections.notice(joined.understood.upload.raw, joined.expression.value_kind, has_sheet=joined.sheet is not None)
    steps.done(_STEP, _line(joined))
    return joined


def _line(joined: Joined) -> str:
    findings, expression = joined.understood.findings, joined.expression
    samples, genes = expression.values.shape
    kind = expression.value_kind.label
    left = left_out_of(joined.understood.upload.raw, findings, joined.understood.corrections)
    more = f"; left out: {len(left):,}" if left else ""
    return f"{with_noun(samples, 'sample')}, {with_noun(genes, 'gene')} in {findings.genes_in}, {kind}, {findings.organism}{more}"


def _join(session: Session, raw: RawTable | None, release: Release, resolver: Resolver, decisions: DeltaGenerator) -> Joined:
    if raw is None:
        raise GeneRAINError("The file has not been read yet; wait until it is.")
    own_file.take_choices(session, raw, release)
    row = corrections.boxes()
    with st.spinner("Looking at names and values …"):
        findings = interpretation.findings(session, resolver, {})
    changes = corrections.corrections(row, raw, findings)
    changes |= left_out.choices(raw)
    changes |= orthologs.choice(session, findings, resolver)
    with st.spinner("Looking at names and values …"):
        findings = interpretation.findings(session, resolver, changes) if changes else findings
    changes |= own_file.choice(raw)
    summary = st.container()
    if not is_own(raw, changes):
        changes |= corrections.kinds(row, raw, findings)
        changes |= corrections.consents(raw, findings, changes)
    with decisions:
        decided.show(session, raw, findings, changes)
    with summary:
        corrections.understood(raw, findings, changes)
        left_out.show(session, raw, findings, changes)
    return interpretation.join(session, findings, changes)
