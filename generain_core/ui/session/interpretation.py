"""From a file that was read to samples that are judged: each step is made when it is asked for, and kept."""

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.genes.resolve import Resolver
from generain_core.release.files import Release
from generain_core.samples.binning.normalize import judge
from generain_core.samples.interpret.correction import Corrections, to_expression
from generain_core.samples.interpret.count_scale import said_of_columns
from generain_core.samples.interpret.diagnosis import Findings, diagnose
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.identifiers import Resolves
from generain_core.samples.interpret.pseudobulk import sum_by
from generain_core.samples.io.sample_sheet import join_samples
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered
from generain_core.ui.session.steps import Examined, Joined, Sheet, SheetQuestion, Summed, Understood, Upload

_FINDINGS = Remembered[Findings]("findings")
_FINDINGS_CORRECTED = Remembered[Findings]("findings as corrected")


def findings(session: Session, resolver: Resolves, corrections: Corrections) -> Findings:
    """Return how the file is understood, with what the user said of it.

    Raises:
        GeneRAINError: the file has not been read, or can't be understood at all.
    """
    raw = _upload(session).raw
    said = said_of_columns(corrections)
    slot = _FINDINGS_CORRECTED if corrections else _FINDINGS
    return slot.of(session, tuple(said.values()), lambda: diagnose(raw, resolver, **said))


def join(session: Session, findings: Findings, corrections: Corrections) -> Joined:
    """Return samples × genes as corrected, with the sample sheet joined.

    Raises:
        GeneRAINError: the file can't be used as it is understood, or the sheet names none of its samples.
    """
    understood = Understood(_upload(session), findings, corrections)
    session.understood, before = understood, session.joined
    if before is not None and before.understood.key == understood.key and before.sheet is session.sheet:
        return before
    session.joined = None
    expression = to_expression(understood.upload.raw, findings, **corrections)
    if session.sheet is None and session.sheet_question is None:
        _take_what_lies_beside(session, expression)
    if session.sheet is not None:
        sheet = session.sheet
        try:
            expression = join_samples(expression, sheet.table, sheet.column)
        except NeedsConsent as question:
            session.sheet, session.sheet_question = None, SheetQuestion(sheet.table, sheet.number, question)
    session.joined = Joined(understood, session.sheet, expression)
    return session.joined


def _take_what_lies_beside(session: Session, expression: Expression) -> None:
    """Take the first table that came with the file and names its samples for their sheet."""
    while session.beside:
        table = session.beside.pop(0)
        try:
            join_samples(expression, table)
        except NeedsConsent as question:
            session.sheet_question = SheetQuestion(table, 1, question)
        except GeneRAINError:
            continue
        else:
            session.sheet = Sheet(table, 1)
        session.beside.clear()


def sum_samples(session: Session, joined: Joined, columns: list[str]) -> Summed:
    """Return the samples (cells, say) of equal values in some columns summed; as they are without columns.

    Raises:
        GeneRAINError: a column is not there.
    """
    before = session.summed
    if before is not None and before.joined is joined and before.columns == tuple(columns):
        return before
    session.summed = None
    expression = sum_by(joined.expression, columns) if columns else joined.expression
    session.summed = Summed(joined, tuple(columns), expression)
    return session.summed


def examine_samples(
    session: Session, summed: Summed, release: Release, resolver: Resolver, gene_set: str, min_genes: int
) -> Examined:
    """Return what binning would keep and leave out.

    Raises:
        GeneRAINError: no sample or no gene can be kept.
    """
    before = session.examined
    if before is not None and before.summed is summed and (before.gene_set, before.min_genes) == (gene_set, min_genes):
        return before
    session.examined = None
    judged = judge(summed.expression, release, resolver, gene_set=gene_set, min_genes=min_genes)
    session.examined = Examined(summed, gene_set, min_genes, judged.examined, judged.restorable)
    return session.examined


def _upload(session: Session) -> Upload:
    if session.upload is None:
        raise GeneRAINError("The file has not been read yet; wait until it is.")
    return session.upload
