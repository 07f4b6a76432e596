"""The job that judges a cohort, and its result."""

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.cohort_design import CohortDesign, design_cohort
from generain_core.cohort.known_embeddings import InMemory
from generain_core.cohort.run import CohortResult, run_cohort
from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.jobs import job_view
from generain_core.ui.perturbations import experiment
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered, SessionJob

JUDGING = SessionJob[CohortResult]("cohort")
_DESIGN = Remembered[CohortDesign]("cohort_design")
_KNOWN = Remembered[InMemory]("cohort_embeddings")
_FIRST = Remembered[str]("cohort_first")
_TRIED = 60
"""Columns that are tried, at most, to find one that can be predicted."""


def design(session: Session, expression: Expression, choices: CohortChoices) -> CohortDesign:
    """Return the design as chosen, for a look before anything is computed.

    Raises:
        GeneRAINError: the outcome can't be predicted.
    """
    key = (experiment.samples_key(session), choices)
    return _DESIGN.of(session, key, lambda: design_cohort(expression.obs, expression.samples, choices))


def first_outcome(session: Session, expression: Expression) -> str:
    """Return the first column that can be predicted, the first of all where none of the first 60 can; '' without columns."""

    def find() -> str:
        names = [str(name) for name in expression.obs.columns]
        for name in names[:_TRIED]:
            try:
                design_cohort(expression.obs, expression.samples, CohortChoices(predict=name))
            except GeneRAINError:
                continue
            return name
        return next(iter(names), "")

    return _FIRST.of(session, experiment.samples_key(session), find)


def begin(session: Session, expression: Expression, choices: CohortChoices, release: Release, resolver: Resolver) -> None:
    """Queue the work; embeddings of the Samples page are used again.

    Raises:
        GeneRAINError: too much is waiting.
    """
    models = choices.models or ()
    embedded = [own for model in models if (own := embedding_jobs.at_hand(session, model)) is not None]
    known = _KNOWN.of(session, None, InMemory)

    def work(job: job_view.Job) -> CohortResult:
        return run_cohort(expression, choices, release, resolver, embedded=embedded, known=known, progress=job.tell)

    JUDGING.start(session, _key(session, choices), f"Cohort {expression.source}", work)


def result(session: Session, choices: CohortChoices) -> CohortResult | None:
    """Return the result for these choices and samples, if it is there."""
    return JUDGING.result(session, _key(session, choices))


def job(session: Session, choices: CohortChoices) -> job_view.Job | None:
    """Return the job that works on these choices, if there is one."""
    return JUDGING.running(session, _key(session, choices))


def _key(session: Session, choices: CohortChoices) -> object:
    return experiment.samples_key(session), choices
