"""The sidebar's part of one's work: save it, open it, and what no longer fits."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.jobs import job_view
from generain_core.ui.session import kept_keys, session_restore
from generain_core.ui.shell import keys, resources
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.ui.shell.streamlit_internals import release_upload
from generain_core.ui.work import at_rest

if TYPE_CHECKING:  # they need pandas, anndata and torch, which Home can do without
    from generain_core.release.files import Release
    from generain_core.ui.session.upload import Uploaded
    from generain_core.ui.work import opening
    from generain_core.work.contents import Work

JOB, _UPLOADS = "_work_opening", "_work_uploads"


def begin() -> None:
    """Take up work that the address names, or whose file was opened since the last run; before anything is shown."""
    session_restore.take_up()
    kept_keys.settle()
    job: job_view.Job | None = st.session_state.get(JOB)
    if job is None or job.state != "done" or job.result is None:
        return
    from generain_core.ui.work.take_up import take_up

    opened: opening.Opened = job.result
    job.result = None
    del st.session_state[JOB]
    take_up(opened)
    st.session_state[at_rest.NEWS] = opened


def section() -> None:
    """Show whether there is work that is not saved, and the ways to save and to open it."""
    is_work = session_restore.is_work(st.session_state)
    saved = not is_work or _is_saved()
    label = "Your work" if saved else "Your work: not saved"
    with st.expander(label, icon=":material/save:" if saved else ":material/save_as:", key="work_panel"):
        if is_work:
            st.caption(_contents())
            _save()
        else:
            st.caption("Lists, gene sets and samples that you bring can be saved to a file here, and opened again anywhere.")
        _open()
        if is_work:
            at_rest.section()
    at_rest.keep()
    _news()


def _is_saved() -> bool:
    from generain_core.ui.work import capture

    return capture.is_saved()


def _contents() -> str:
    """Say what a file would hold."""
    from generain_core.ui.session import gene_lists
    from generain_core.ui.session.session import current_session

    lists, sets = len(gene_lists.workspace()), len(st.session_state.get(keys.LIST_SETS, {}))
    session = current_session()
    words = [f"{lists:,} list{'s' * (lists != 1)}"] if lists else []
    words += [f"{sets:,} librar{'ies' if sets != 1 else 'y'} of gene sets"] if sets else []
    if session is not None and session.raw is not None:
        words.append(f"{escape_markdown(session.source, 60)} with what was made of it")
    return f"{', '.join(words) or 'Gene sets'}."


def _save() -> None:
    from generain_core.ui.work import capture

    work, release = capture.capture(), resources.release()  # the file is made by a thread that knows no session
    st.download_button(
        "Save",
        lambda: content(work, release),
        f"generain-work-{time.strftime('%Y-%m-%d')}.generain.zip",
        "application/zip",
        key="work_save",
        icon=":material/download:",
        on_click=capture.note_saved,
        type="secondary" if capture.is_saved() else "primary",
        help="One file with all that you set up and what came of it. It holds your data: keep it as you keep these.",
    )


def content(work: Work, release: Release) -> bytes:
    """Return the work file of a session's work."""
    from generain_core.ui.work.kinds import all_kinds
    from generain_core.work.work_file import save_work

    with tempfile.TemporaryDirectory(prefix="generain-work-") as folder:
        path = Path(folder) / "work.zip"
        save_work(work, path, release, all_kinds())
        return path.read_bytes()


def _open() -> None:
    number = st.session_state.get(_UPLOADS, 0)
    uploaded = st.file_uploader(
        "Open a saved file",
        type=["zip"],
        key=f"work_open_{number}",
        help="A file that “Save” wrote. It takes the place of what is here now.",
    )
    if uploaded is not None:
        st.session_state[_UPLOADS] = number + 1
        try:
            _begin_opening(uploaded)
        except GeneRAINError as problem:
            st.error(escape_markdown(problem, 600))
            return
        st.rerun()
    job: job_view.Job | None = st.session_state.get(JOB)
    if job is not None:
        job_view.show(job)


def _begin_opening(uploaded: Uploaded) -> None:
    from generain_core.samples.io.limits import in_words
    from generain_core.ui.session.upload_room import TemporaryCopy, largest
    from generain_core.ui.work import opening

    try:
        if uploaded.size > largest():
            raise GeneRAINError(
                f"{uploaded.name} has {in_words(uploaded.size)}; files of up to {in_words(largest())} are opened."
            )
        copy = TemporaryCopy(uploaded.size)
    except GeneRAINError:
        release_upload(uploaded)
        raise
    release, resolver, name = resources.release(), resources.resolver(), uploaded.name
    path = copy.folder / "work.zip"
    with path.open("wb") as out:
        while block := uploaded.read(1 << 20):
            out.write(block)
    release_upload(uploaded)

    def work(job: job_view.Job) -> None:
        try:
            job.result = opening.open_file(path, name, release, resolver, job.tell)
        finally:
            copy.remove()

    key = f"open-{job_view.session_id()}-{st.session_state[_UPLOADS]}"
    st.session_state[JOB] = job_view.queue().submit(key, f"Opening {name}", work, job_view.session_id(), job_view.READING)


def _news() -> None:
    """Say that work was opened, and what no longer fits."""
    opened: opening.Opened | None = st.session_state.get(at_rest.NEWS)
    if opened is None:
        return
    from generain_core.wording.work import misfit_sentence

    if not opened.misfits:
        st.toast(f"**{escape_markdown(opened.file, 80)}** is open, as you left it.", icon=":material/folder_open:")
        del st.session_state[at_rest.NEWS]
        return
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(opened.file, 80)}** is open. What no longer fits:")
        for each in opened.misfits[:20]:
            st.caption(escape_markdown(misfit_sentence(each), 400))
        st.button("Understood", key="work_news", on_click=lambda: st.session_state.pop(at_rest.NEWS, None))
