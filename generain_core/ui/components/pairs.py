"""What all pairs of genes tell: taken from the cache, or made by a job meanwhile, once for a set of vectors."""

import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.ui.jobs import job_view, tasks
from generain_core.ui.shell import access
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.all_pairs import QUICK, AllPairs, all_pairs, kept_pairs
from generain_core.vectors.atlas import Atlas


def kept(atlas: Atlas) -> AllPairs | None:
    """Return what all pairs of genes tell; None as long as that would have to be waited for."""
    return all_pairs(atlas.space) if len(atlas.space) <= QUICK else kept_pairs(atlas.space)


def wait(atlas: Atlas, what: str) -> None:
    """Begin the job that looks at all pairs, or show how far it is.

    Args:
        atlas: genes and vectors.
        what: what is shown when it has ended, in a few words.
    """
    key = f"pairs-{atlas.space.fingerprint}"
    job, count = job_view.queue().get(key), len(atlas.space)
    if job is not None and job.state in ("failed", "cancelled", "done") and not st.session_state.get(f"again_{key}"):
        if job.state == "done":
            place = escape_markdown(access.discreet(settings.cache_dir()))
            st.error(
                f"What all pairs tell could not be kept in {place}; make room there, or name another folder as GENERAIN_CACHE."
            )
        job_view.show(job)
        st.button("Try again", key=f"again_{key}")
        return
    st.caption(f"{what} come when all {count:,} × {count:,} pairs were looked at. That takes a minute or so, once.")
    try:
        work = job_view.in_child(tasks.look_at_all_pairs, str(atlas.release.root), atlas.space.name)
        job_view.show(job_view.queue().submit(key, "All pairs of genes", work, job_view.session_id(), job_view.SHORT))
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem))
