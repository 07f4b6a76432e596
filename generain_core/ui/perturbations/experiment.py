"""A session's perturbation experiment: from the samples it brought to a job and its result."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.design.labels import as_text, clean_labels
from generain_core.perturbations.run import Choices, Perturbed, design_of, looks_like_cells, run
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.identifiers import Resolves
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.jobs import job_view
from generain_core.ui.session import upload
from generain_core.ui.session.session_jobs import drop, outcome, running, start
from generain_core.ui.session.upload import Session
from generain_core.ui.shell.escaping import escape_markdown

JOB = "perturb"
PARTS = {
    "alike": "perturb_plane",
    "foreseen": "perturb_foreseen",
    "genes": "perturb_moved",
    "attributes": "perturb_attributes",
    "targets": "perturb_knockdown",
    "in_silico": "perturb_silico",
}
"""Views that are made when they are opened, and the part of the work that each is."""
EXAMPLES = (("demo/perturbation_counts", "demo/perturbation_sheet"), ("demo/counts", "demo/sample_sheet"))
"""Examples of the demo release, the fittest first: counts and sample sheet."""


def example(release: Release) -> tuple[str, str] | None:
    """Return the files of the example, if the release has one."""
    return next(((c, s) for c, s in EXAMPLES if {c, s} <= set(release.files) and release.has(c, s)), None)


def samples(session: Session, resolver: Resolves) -> Expression:
    """Return the samples as the Samples page left them; as they are found where it was not opened.

    Raises:
        GeneRAINError: they can't be used as they are; the Samples page can mend that.
    """
    if "summed" not in session.memory:
        found = upload.findings(session, resolver, {})
        return upload.summed(session, upload.expression(session, found, {}), [])
    made: Expression = session.memory["summed"][1]
    return made


def values_of(session: Session, made: Expression, column: str) -> "pd.Series[int]":
    """Return the values of a sample column, cleaned of blanks, and how many samples have each; the most frequent first."""

    def make() -> "pd.Series[int]":
        return pd.Series([t for t in as_text(made.obs[column]) if t], dtype=object).value_counts()

    counts: pd.Series[int] = session.remember("perturb_values", (_of(session), column), make)
    return counts


def are_cells(session: Session, made: Expression, column: str, others: tuple[str, ...]) -> bool:
    """Say whether the rows look like single cells."""
    key = (_of(session), column, others)
    return bool(session.remember("perturb_cells", key, lambda: looks_like_cells(made, column, others)))


def cleaned(session: Session, made: Expression, choices: Choices, resolver: Any) -> pd.DataFrame:
    """Return how the labels are cleaned when none is left as written, whether or not anything can be compared then."""

    def make() -> pd.DataFrame:
        control = " ".join(choices.control.split())
        return clean_labels(as_text(made.obs[choices.column]), control, resolver, merge_guides=choices.merge_guides)

    key = (_of(session), choices.column, choices.control, choices.merge_guides)
    found: pd.DataFrame = session.remember("perturb_cleaned", key, make)
    return found


def design(session: Session, made: Expression, choices: Choices, resolver: Any) -> Design:
    """Return the design as chosen, for a look before anything is computed.

    Raises:
        GeneRAINError: nothing can be compared with these choices.
    """
    key = (_of(session), choices)

    def make() -> Design:
        return design_of(made.obs, choices, resolver)

    found: Design = session.remember("perturb_design_kept" if choices.as_written else "perturb_design", key, make)
    return found


def begin(session: Session, made: Expression, choices: Choices, release: Release, resolver: Any) -> None:
    """Queue the comparison; what was made of an earlier one is dropped.

    Raises:
        GeneRAINError: too much is waiting.
    """
    for name in PARTS.values():
        drop(session, name)
        session.memory.pop(f"{name}_quick", None)
    embedded = embedding_jobs.at_hand(session, choices.model or "")

    def work(job: job_view.Job) -> None:
        job.result = run(made, choices, release, resolver, embedded=embedded, progress=job.tell)

    start(session, JOB, (_of(session), choices), f"Perturbations of {made.source}", work)


def result(session: Session, choices: Choices) -> Perturbed | None:
    """Return the result for these choices and samples, if it is there; taken from the job that is done."""
    found: Perturbed | None = outcome(session, JOB, (_of(session), choices))
    return found


def job(session: Session, choices: Choices) -> job_view.Job | None:
    """Return the job that works on these choices, if there is one."""
    return running(session, JOB, (_of(session), choices))


def part(session: Session, name: str, key: object, label: str, make: Callable[[Progress], Any], *, quick: bool = False) -> Any:
    """Return what a part of the work gives; None, and words or progress on the page, as long as it does not.

    Args:
        session: whose work.
        name: of the part; a new key takes the place of what was made under it before.
        key: what the result stands on, beside the samples.
        label: for the progress bar.
        make: told how to report progress.
        quick: whether it takes less than two seconds, so that no job is needed.
    """
    key = (_of(session), key)
    if quick:
        try:
            with st.spinner(label, show_time=False):
                return session.remember(f"{name}_quick", key, lambda: make(silent))
        except GeneRAINError as problem:
            st.info(escape_markdown(problem), icon=":material/info:")
            return None
    known = outcome(session, name, key)
    if known is not None:
        return known
    at_work = running(session, name, key)
    if at_work is None:

        def work(job: job_view.Job) -> None:
            job.result = make(job.tell)

        try:
            start(session, name, key, label, work)
        except GeneRAINError as problem:
            st.warning(escape_markdown(problem))
            return None
        at_work = running(session, name, key)
    if at_work is not None:
        job_view.show(at_work)
        if at_work.state in ("failed", "cancelled") and st.button("Try again", key=f"again_{name}"):
            session.memory.pop(f"{name}_asked", None)
            st.rerun()
    return None


def asked(session: Session, name: str, key: object) -> bool:
    """Say whether this part of the work was asked for with this key, so that it is there, runs or waits."""
    known = session.memory.get(f"{name}_asked")
    return known is not None and known[0] == (_of(session), key)


def made(session: Session, name: str) -> bool:
    """Say whether a part of the work has a result, of whatever choices."""
    return f"{name}_quick" in session.memory or f"{name}_result" in session.memory


def _of(session: Session) -> object:
    return session.memory["summed"][0] if "summed" in session.memory else None
