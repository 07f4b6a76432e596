"""A session's perturbation experiment: from the samples it brought to a job and its result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.perturbations.cells import looks_like_cells
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.design.labels import as_text, clean_labels
from generain_core.perturbations.run import Perturbed, design_of, run
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.identifiers import Resolves
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.jobs import job_view
from generain_core.ui.session import interpretation
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered, SessionJob
from generain_core.ui.session.steps import SamplesKey
from generain_core.ui.shell.escaping import escape_markdown

T = TypeVar("T")
COMPARISON = SessionJob[Perturbed]("perturb")
_VALUES = Remembered["pd.Series[int]"]("perturb_values")
_ARE_CELLS = Remembered[bool]("perturb_cells")
_CLEANED = Remembered[pd.DataFrame]("perturb_cleaned")
_DESIGN = Remembered[Design]("perturb_design")
_DESIGN_AS_WRITTEN = Remembered[Design]("perturb_design_kept")


@dataclass(frozen=True)
class Part(Generic[T]):
    """A part of the work, made when its view is opened: at once where it is quick, else by a job.

    Attributes:
        name: what `methods` calls it, one of `PARTS`.
    """

    name: str

    @property
    def job(self) -> SessionJob[T]:
        """Return the job that makes it."""
        return SessionJob(f"perturb_{self.name}")

    @property
    def quick(self) -> Remembered[T]:
        """Return where it is kept if it is made at once."""
        return Remembered(f"perturb_{self.name}_quick")

    def is_made(self, session: Session) -> bool:
        """Say whether it has a result, of whatever choices."""
        return self.quick.is_made(session) or self.job.latest(session) is not None

    def is_begun(self, session: Session, key: object) -> bool:
        """Say whether it was begun with this key, so that it is there, runs or waits."""
        return self.job.is_begun(session, (samples_key(session), key))

    def drop(self, session: Session) -> None:
        """Cancel it and drop what it gave."""
        self.job.drop(session)
        self.quick.drop(session)


PARTS = ("alike", "foreseen", "genes", "attributes", "targets", "in_silico", "trends")
"""Names of the parts that views make when they are opened."""
EXAMPLES = (("demo/perturbation_counts", "demo/perturbation_sheet"), ("demo/counts", "demo/sample_sheet"))
"""Examples of the demo release, the fittest first: counts and sample sheet."""


def example(release: Release) -> tuple[str, str] | None:
    """Return the files of the example, if the release has one."""
    return next(((c, s) for c, s in EXAMPLES if {c, s} <= set(release.files) and release.has(c, s)), None)


def knock_downs(release: Release) -> tuple[str, str | None] | None:
    """Return the files of an example of knock-downs, made up or published, if the release has one."""
    return example(release) or (("example", None) if release.has("example") else None)


def is_example(session: Session, release: Release) -> bool:
    """Say whether the session's file is the example of knock-downs."""
    files = knock_downs(release)
    return files is not None and session.source == release.path(files[0]).name


def samples(session: Session, resolver: Resolves) -> Expression:
    """Return the samples as the Samples page left them; as they are found where it was not opened.

    Raises:
        GeneRAINError: they can't be used as they are; the Samples page can mend that.
    """
    if session.summed is not None:
        return session.summed.expression
    findings = interpretation.findings(session, resolver, {})
    joined = interpretation.join(session, findings, {})
    return interpretation.sum_samples(session, joined, []).expression


def is_embedded(session: Session) -> bool:
    """Say whether a model has embedded the samples already, so that whoever had it done wants it used."""
    return embedding_jobs.at_hand(session) is not None


def values_of(session: Session, expression: Expression, column: str) -> "pd.Series[int]":
    """Return the values of a sample column, cleaned of blanks, and how many samples have each; the most frequent first."""

    def make() -> "pd.Series[int]":
        return pd.Series([t for t in as_text(expression.obs[column]) if t], dtype=object).value_counts()

    return _VALUES.of(session, (samples_key(session), column, _content(expression, column)), make)


def are_cells(session: Session, expression: Expression, column: str, others: tuple[str, ...]) -> bool:
    """Say whether the rows look like single cells."""
    key = (samples_key(session), column, others)
    return _ARE_CELLS.of(session, key, lambda: bool(looks_like_cells(expression, column, others)))


def cleaned(session: Session, expression: Expression, choices: Choices, resolver: Resolver) -> pd.DataFrame:
    """Return how the labels are cleaned when none is left as written, whether or not anything can be compared then."""

    def make() -> pd.DataFrame:
        control = " ".join(choices.control.split())
        return clean_labels(as_text(expression.obs[choices.column]), control, resolver, merge_guides=choices.merge_guides)

    key = (samples_key(session), choices.column, choices.control, choices.merge_guides, _content(expression, choices.column))
    return _CLEANED.of(session, key, make)


def design(session: Session, expression: Expression, choices: Choices, resolver: Resolver) -> Design:
    """Return the design as chosen, for a look before anything is computed.

    Raises:
        GeneRAINError: nothing can be compared with these choices.
    """
    key = (samples_key(session), choices)

    def make() -> Design:
        return design_of(expression.obs, choices, resolver)

    return (_DESIGN_AS_WRITTEN if choices.as_written else _DESIGN).of(session, key, make)


def begin(session: Session, expression: Expression, choices: Choices, release: Release, resolver: Resolver) -> None:
    """Queue the comparison; what was made of an earlier one is dropped.

    Raises:
        GeneRAINError: too much is waiting.
    """
    for name in PARTS:
        Part[Any](name).drop(session)
    embedded = embedding_jobs.at_hand(session, choices.model or "")

    def work(job: job_view.Job) -> Perturbed:
        return run(expression, choices, release, resolver, embedded=embedded, progress=job.tell)

    COMPARISON.start(session, (samples_key(session), choices), f"Perturbations of {expression.source}", work)


def result(session: Session, choices: Choices) -> Perturbed | None:
    """Return the result for these choices and samples, if it is there; taken from the job that is done."""
    return COMPARISON.result(session, (samples_key(session), choices))


def job(session: Session, choices: Choices) -> job_view.Job | None:
    """Return the job that works on these choices, if there is one."""
    return COMPARISON.running(session, (samples_key(session), choices))


def part(
    session: Session, part: Part[T], key: object, label: str, make: Callable[[Progress], T], *, quick: bool = False
) -> T | None:
    """Return what a part of the work gives; None, and words or progress on the page, as long as it does not.

    Args:
        session: whose work.
        part: of the work; a new key takes the place of what was made of it before.
        key: what the result stands on, beside the samples.
        label: for the progress bar.
        make: makes it, and reports its progress.
        quick: whether it takes less than two seconds, so that no job is needed.
    """
    key = (samples_key(session), key)
    if quick:
        try:
            with st.spinner(label, show_time=False):
                return part.quick.of(session, key, lambda: make(silent))
        except GeneRAINError as problem:
            st.info(escape_markdown(problem), icon=":material/info:")
            return None
    result = part.job.result(session, key)
    if result is not None:
        return result
    if not part.job.is_begun(session, key):
        try:
            part.job.start(session, key, label, lambda job: make(job.tell))
        except GeneRAINError as problem:
            st.warning(escape_markdown(problem))
            return None
    job = part.job.running(session, key)
    if job is not None:
        job_view.show(job)
        if job.state in ("failed", "cancelled") and st.button("Try again", key=f"again_{part.job.name}"):
            part.job.drop(session)
            st.rerun()
    return None


def samples_key(session: Session) -> SamplesKey | None:
    """Return what the samples at hand stand on; None where they are as found."""
    return session.summed.key if session.summed is not None else None


def _content(expression: Expression, column: str) -> int:
    """Return a number that changes with what a column holds: columns that are read from labels change with their pattern."""
    return int(pd.util.hash_pandas_object(expression.obs[column].astype(str), index=False).sum())
