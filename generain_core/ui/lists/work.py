"""What is computed of a list: at once where it is quick, else by a job; kept for as long as it is asked of the same genes."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.ui.jobs import job_view
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown

T = TypeVar("T")


def result(name: str, key: object, label: str, make: Callable[[Progress], T], *, quick: bool = False) -> T | None:
    """Return what is asked; None, and progress or words on the page, as long as it is not there.

    Args:
        name: of the question; an answer to a new key takes the place of the one before.
        key: what the answer stands on.
        label: for the progress bar.
        make: makes the answer.
        quick: whether that takes less than two seconds, so that no job is needed.
    """
    answers: dict[str, tuple[object, Any]] = st.session_state.setdefault(keys.LIST_RESULTS, {})
    if name in answers and answers[name][0] == key:
        return cast(T, answers[name][1])
    if quick:
        with st.spinner(label):
            answers[name] = (key, make(silent))
        return cast(T, answers[name][1])
    title = f"list-{name}-{job_view.session_id()}-{hash(key)}"
    job = job_view.queue().get(title)
    if job is not None and job.state == "done":
        answers[name], job.result = (key, job.result), None
        if answers[name][1] is not None:
            return cast(T, answers[name][1])
        del answers[name]
    if job is None or job.state == "done":
        job = _begin(title, label, make)
    if job is not None:
        job_view.show(job)
        if job.state in ("failed", "cancelled") and st.button("Try again", key=f"again_{name}"):
            _begin(title, label, make)
            st.rerun()
    return None


def _begin(title: str, label: str, make: Callable[[Progress], Any]) -> job_view.Job | None:
    def work(job: job_view.Job) -> None:
        job.result = make(job.tell)

    try:
        return job_view.queue().submit(title, label, work, job_view.session_id(), job_view.SHORT)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
        return None
