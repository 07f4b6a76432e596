"""How far an embedding can be trusted: gene drop-out against the distances between samples."""

import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.models.checks.stability import LOOSE, ROUNDS, SHARES, STABLE, Stability, Steadiness, embeddings_needed
from generain_core.models.embedded_file import details
from generain_core.models.embedding import Embedded
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.ui.components import downloads, figures, meaning
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.embedding import model_choice, stability_chart
from generain_core.ui.jobs import job_view as jobs
from generain_core.ui.session.session import Session
from generain_core.ui.shell import layout
from generain_core.ui.shell.escaping import escape_markdown

_COLUMNS = {
    "sample": st.column_config.TextColumn("Sample", pinned=True),
    "share": st.column_config.NumberColumn("Genes dropped", format="percent"),
    "spread": st.column_config.NumberColumn("Moves by", format="%.4g", help="Root mean square over the rounds."),
    "to_nearest": st.column_config.NumberColumn("Of the nearest", format="%.2f", help="In distances to the nearest sample."),
    "to_median": st.column_config.NumberColumn("Of the median", format="%.2f", help="In median distances between samples."),
    "itself": st.column_config.NumberColumn("Stays itself", format="percent", help="Rounds in which no other sample was nearer."),
    "verdict": st.column_config.TextColumn("Verdict"),
}
_ICONS = {
    Steadiness.STABLE: ":material/check_circle:",
    Steadiness.LOOSE: ":material/adjust:",
    Steadiness.UNSTABLE: ":material/warning:",
    Steadiness.UNKNOWN: ":material/info:",
}


def view(session: Session, release: Release, resolver: Resolver, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Show, or offer to find out, how far missing genes move the samples."""
    found, job = work.stability_result(session, request)
    if found is None:
        _offer(session, release, request, result, job)
        return
    _verdict(found)
    table = found.samples.assign(sample=result.adata.obs_names[found.samples["sample"]].to_numpy(object))
    figure = stability_chart.spreads(
        found, result.adata.obsm["X_generain"], table["sample"].tolist(), simulated=release.simulated
    )
    figures.show(
        figure,
        key="embed_stability_chart",
        name="stability",
        kind="svg",
        zoom=False,
        alt="How far samples move under gene drop-out, against the distances between them",
    )
    meaning.line(
        "stability",
        f"{found.rounds} rounds of each share, genes drawn anew for each sample and round (seed {found.seed}). A sample is "
        f"stable up to {STABLE:g} of the distance to its nearest other sample, loose up to {LOOSE:g}.",
    )
    if found.tie_verdict:
        st.markdown(escape_markdown(found.tie_verdict, 600))
    st.dataframe(table, hide_index=True, height=300, key="embed_stability_table", column_config=_COLUMNS)
    origin = provenance(release, *details(result), f"gene drop-out, {found.rounds} rounds, seed {found.seed}")
    ties = found.ties.assign(sample=result.adata.obs_names[found.ties["sample"].astype(int)].to_numpy(object))
    downloads.offer(File("CSV", "stability.csv", table), File("Orders of ties (csv)", "ties.csv", ties), origin=origin)


def _verdict(stability: Stability) -> None:
    show = {Steadiness.STABLE: st.success, Steadiness.LOOSE: st.info}.get(stability.steadiness, st.warning)
    show(escape_markdown(stability.verdict, 600), icon=_ICONS[stability.steadiness])


def _offer(session: Session, release: Release, request: work.EmbeddingRequest, result: Embedded, job: jobs.Job | None) -> None:
    shares = f"{', '.join(f'{100 * share:.0f}' for share in SHARES[:-1])} and {100 * SHARES[-1]:.0f} %"
    if job is not None and job.unfinished:
        jobs.show(job)
        return
    st.markdown(
        escape_markdown(
            f"Would the picture change if some genes were missing? Each sample is embedded again while {shares} of its expressed "
            "genes, drawn at random, are left out; what it moves is held against the distances between samples.",
            600,
        )
    )
    count = embeddings_needed(result.adata.n_obs)
    seconds = result.done["seconds"] / max(result.adata.n_obs, 1) * count
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button(jobs.again(job, "Drop genes"), type="primary", key="run_stability", icon=":material/casino:"):
        layout.attempt(work.begin_stability, session, release, request, result)
    row.caption(f"{count:,} embeddings ({ROUNDS} rounds), about {model_choice.duration(seconds)}.", width="content")
    if job is not None:
        jobs.show(job)
