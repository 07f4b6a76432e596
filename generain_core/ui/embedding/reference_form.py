"""The form that builds a reference, or adds to one, as a job."""

from typing import Any

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.reference.catalog import StoredReference, new_folder
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.jobs import job_view, tasks
from generain_core.ui.samples import archs4_source
from generain_core.ui.shell import layout
from generain_core.ui.shell.escaping import escape_markdown


def offer(release: Release, request: work.EmbeddingRequest, found: list[StoredReference]) -> None:
    """Show the choice of what a reference is made of, and the job that makes it."""
    for each in found:
        if not each.is_finished:
            total = sum(origin.samples for origin in each.state.origins)
            st.caption(
                escape_markdown(
                    f"{each.name} has {each.state.rows:,} of {total:,} samples; build it with the same choice to go on there."
                )
            )
    if not layout.manages():
        st.caption("References are built by whoever runs this page: on their own computer, or by the command `reference`.")
        return
    name = st.text_input("Name", "mine", key="reference_name", max_chars=60)
    choice, words = _chosen(release, request)
    try:
        folder = new_folder(release, name.strip())
        job = job_view.queue().get(f"reference-{folder}")
        if job is not None:
            job_view.show(job)
            if job.unfinished:
                st.caption("What is embedded is kept: a build that was cancelled goes on where it stopped.")
                return
        if st.button(
            f"Build from {words}" if choice else "Build", key="reference_build", disabled=not choice, icon=":material/add:"
        ):
            layout.attempt(_begin, release, request, str(folder), choice)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem))


def _begin(release: Release, request: work.EmbeddingRequest, folder: str, choice: dict[str, Any]) -> None:
    build = job_view.in_child(tasks.build_reference, str(release.root), folder, request.model, request.device, **choice)
    job_view.queue().submit(f"reference-{folder}", "Reference", build, job_view.session_id(), device=request.device)


def _chosen(release: Release, request: work.EmbeddingRequest) -> tuple[dict[str, Any], str]:
    """Return what the reference is built from, as `tasks.build_reference` takes it (empty if nothing is), and in words."""
    choice, words = dict[str, Any](chunks=None, archs4=None), list[str]()
    chunks = [i for i in range(5) if release.has(f"chunk/{i}")] if describe_model(request.model).gene_set == "gene2vec" else []
    if chunks:
        taken = st.multiselect("Training chunks", chunks, chunks[:1], key="reference_chunks", help="About 82,000 samples each.")
        if taken:
            choice["chunks"] = taken
            words.append(f"{len(taken)} training chunk{'s' * (len(taken) > 1)}")
    if release.has("archs4"):
        row = st.container(horizontal=True, vertical_alignment="bottom")
        text = row.text_input("Samples of ARCHS4 with the words", key="reference_words", placeholder="liver female -cancer")
        everything = row.checkbox("All of them", key="reference_all")
        if text.strip() or everything:
            asked_for = "" if everything else text.strip()
            opened = archs4_source.listed(release)
            table, total = opened.search(asked_for, limit=200) if opened is not None else (None, 0)
            if opened is None:
                pass
            elif table is not None and total:
                choice["archs4"] = asked_for
                words.append(f"{total:,} samples of ARCHS4")
                archs4_source.show(table, "reference_found")
            else:
                st.caption("No sample has all of these words; try fewer.")
    if not chunks and not release.has("archs4"):
        st.caption(
            "This release has neither ARCHS4 nor training chunks for this model; the Release page says how to get them. "
            "A table of yours is taken by the command `reference --input`."
        )
    least = st.number_input(
        "More expressed genes than",
        0,
        100_000,
        2000,
        100,
        key="reference_min_genes",
        help="Of samples of ARCHS4.",
    )
    return choice | {"min_genes": int(least)} if words else {}, " and ".join(words)
