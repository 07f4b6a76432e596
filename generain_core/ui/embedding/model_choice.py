"""Which model embeds the samples, where, and how long that will take."""

import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.models.checks.trial import Trial
from generain_core.models.precision import PRECISIONS
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODELS, describe_model
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.jobs import job_view
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown, sentence

AT_ONCE = 120.0
"""Seconds up to which samples are embedded without being asked for."""


def choose(session: Session, release: Release, resolver: Resolver, gene_set: str) -> work.EmbeddingRequest | None:
    """Show the choice of model, device and extras; return what was chosen, or None after saying which file is missing."""
    ready, missing = work.ready_models(release, gene_set)
    if not ready:
        st.info(escape_markdown(f"Samples can't be embedded: {missing[0]}.", 600), icon=":material/info:")
        st.caption(_elsewhere(release, gene_set))
        return None
    row = st.container(horizontal=True, vertical_alignment="bottom")
    model = links.url_widget(
        row.selectbox,
        "Model",
        ready,
        format_func=lambda name: describe_model(name).title,
        key=f"embed_model_{gene_set}",
        address="embed_model",
        unset=ready[0],
        width=360,
    )
    found = {device.id: device.name for device in work.found_devices()}
    device = row.selectbox(
        "Device", list(found), format_func=found.__getitem__, key="embed_device", persist_state="session", width=360
    )
    with row.popover("Extras", icon=":material/tune:"):
        loss = st.checkbox(
            "How surprising each sample is",
            key="embed_loss",
            persist_state="session",
            help="The loss that the model was trained on, for each sample. Takes about as long again and a half.",
        )
        genes = _genes(session, resolver)
        precision = st.segmented_control(
            "Precision",
            PRECISIONS,
            default=PRECISIONS[0],
            required=True,
            key="embed_precision",
            persist_state="session",
            help="Mixed: 16 bits where your own samples bear it and it is faster. How far it moves them is said with the result.",
        )
        tie_orders = st.number_input(
            "Orders of equal bins",
            1,
            20,
            1,
            key="embed_tie_orders",
            persist_state="session",
            help="Genes of equal bins may stand in any order, which moves GPT's embeddings: little between tissues, as far as "
            "samples lie apart where they are much alike; Stability says how far. With more than 1 the mean over so many seeded "
            "orders is taken; it takes so many times as long.",
        )
    told = [describe_model(model).summary, *(sentence(escape_markdown(said)) for said in missing), _elsewhere(release, gene_set)]
    st.caption(" ".join(words for words in told if words))
    return work.EmbeddingRequest(
        session.binned.basis if session.binned is not None else None,
        str(model),
        str(device),
        str(precision),
        bool(loss),
        genes,
        int(tie_orders),
    )


def _elsewhere(release: Release, gene_set: str) -> str:
    """Return a sentence on the models that read another gene set, or ""."""
    other = next(model.gene_set for model in MODELS if model.gene_set != gene_set)
    ready, _ = work.ready_models(release, other)
    if not ready or not release.has(f"boundaries/{other}", f"boundaries/{other}/genes"):
        return ""
    count = f"{len(ready)} more models read" if len(ready) > 1 else "One more model reads"
    return f"{count} the gene set {escape_markdown(other)}: choose it above and bin again."


def _genes(session: Session, resolver: Resolver) -> tuple[str, ...]:
    """Show the box for contextual genes and return those that the samples have."""
    text = st.text_input(
        "Contextual embeddings of genes",
        key="embed_genes",
        persist_state="session",
        max_chars=400,
        placeholder="TP53, GAS5 …",
        help="What the model makes of these genes within each sample; they go into the h5ad.",
    )
    have, chosen, lost = set(work.binned(session).var_names), list[str](), list[str]()
    for name in (text or "").replace(",", " ").replace(";", " ").split()[:20]:
        gene = resolver.resolve(name).gene
        if gene is not None and gene in have:
            chosen.append(gene)
        else:
            lost.append(name)
    if lost:
        st.caption(escape_markdown(f"Not among your samples' genes: {', '.join(lost)}."))
    return tuple(dict.fromkeys(chosen))


def offer(session: Session, release: Release, request: work.EmbeddingRequest, samples: int) -> None:
    """Show the button that begins, and how long it will take by a short trial; follow what runs."""
    running = work.running(session, request)
    if running is not None and running.unfinished:
        job_view.show(running)
        return
    found, job = work.trial_result(session, request)
    if found is None and job is None:
        work.begin_trial(session, release, request)
        found, job = work.trial_result(session, request)
    if job is not None and job.state == "failed":
        st.error(escape_markdown(sentence(job.problem), 1000), icon=":material/block:")
        st.button("Try again", key="again_trial", icon=":material/refresh:", on_click=work.forget_trial, args=(session,))
        return
    if (
        running is None
        and st.session_state.get(keys.GOES_ON)
        and found is not None
        and _seconds(found, request, samples) <= AT_ONCE
    ):
        layout.attempt(work.begin, session, release, request)
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button(
        job_view.again(running, f"Embed {samples:,} sample{'s' if samples != 1 else ''}"),
        type="primary",
        key="run_embed",
        icon=":material/hub:",
    ):
        layout.attempt(work.begin, session, release, request)
    if found is not None:
        name = next(device.name for device in work.found_devices() if device.id == request.device)
        row.caption(
            escape_markdown(
                f"About {duration(_seconds(found, request, samples))} on {name}, by a trial with {found.samples} of them."
            ),
            width="content",
        )
    elif job is not None and job.unfinished:
        job_view.show(job)
    elif job is not None:
        row.caption("How long it will take is not known: the trial was cancelled.", width="content")
        row.button("Try it", key="again_trial", icon=":material/timer:", on_click=work.forget_trial, args=(session,))
    if running is not None:
        job_view.show(running)


def _seconds(trial: Trial, request: work.EmbeddingRequest, samples: int) -> float:
    """Return how long the embedding will take, by the trial."""
    extra = request.tie_orders + 1.5 * request.loss + 1.0 * bool(request.genes)
    return trial.start_seconds + extra * trial.seconds_per_sample * samples


def duration(seconds: float) -> str:
    """Return a time in words, no more exact than it is known."""
    if seconds < 1.5:
        return "1 s"
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds < 20 else f"{round(seconds / 5) * 5:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
