"""Where the samples lie, and which are nearest to one."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.geometry.projection import fitting, proposed
from generain_core.geometry.sample_similarity import METRICS, nearest_samples
from generain_core.models.embedded_file import details
from generain_core.models.embedding import Embedded
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.text import percent, with_noun
from generain_core.ui.components import downloads, figures, meaning
from generain_core.ui.components.downloads import File
from generain_core.ui.components.gene_input import gene_box
from generain_core.ui.components.gene_maps import METHODS
from generain_core.ui.embedding import charts, sample_colors
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.jobs import job_view as jobs
from generain_core.ui.session import gene_lists
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown

_GENE = "A gene's bin …"
_LISTED = 3000
"""Up to so many samples are offered in a list; of more, a name is typed."""
_IN_FILE = ("sample", "rank", "rank_back")
"""Columns that the table names first, or leaves to the file."""
_TOLD = 2
"""Columns of the sheet beside a near sample; the file has all of them."""
_NAMES = {"total_counts": "Total counts", "n_genes_by_counts": "Expressed genes", "n_genes_matched": "Expressed genes, matched"}
_NAMES |= {"generain_loss": "How surprising (loss)"}

_COLUMNS = {
    "sample": st.column_config.TextColumn("Sample", pinned=True, width=120),
    "cosine": st.column_config.NumberColumn("Cosine", format="%.4f", width=70),
    "distance": st.column_config.NumberColumn("Distance", format="%.3g", width=75),
    "rank_back": st.column_config.NumberColumn("Rank back", width=80, help="The place of your sample seen from this one."),
}


def view(session: Session, release: Release, resolver: Resolver, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Show the map and the samples nearest to the chosen one."""
    if result.map is None:
        st.info("One sample alone has no map; bring several.")
        return
    names = result.adata.obs_names.tolist()
    left, right = st.columns([4, 3], gap="medium")
    with right:
        chosen = sample(names)
        nearest(result, release, names, chosen)
    with left:
        row = st.container(horizontal=True)
        methods = [title for title, method in METHODS.items() if method in fitting(len(names))]
        best, why = proposed(len(names))
        first = next(title for title in methods if METHODS[title] == best)
        method = links.url_widget(
            row.segmented_control,
            "Map",
            methods,
            default=first,
            required=True,
            key=named("embed_map"),
            address="embed_map",
            unset=first,
        )
        coloring = color(row, result, resolver)
        found, job = work.placed(session, request, result, METHODS[str(method)])
        if found is None and job is not None:
            jobs.show(job)
            if not job.unfinished:
                st.button("Try again", key="again_map", on_click=work.forget_map, args=(session, request, METHODS[str(method)]))
        if found is None:
            why, found = f"PCA, until {method} is there.", result.map
        elif found.method != best:
            why = ""
        at = names.index(chosen) if chosen else None
        figure = charts.sample_map(found, names, coloring, at, simulated=release.simulated)
        figures.show(
            figure,
            key=named("embed_figure"),
            name="sample_map",
            kind="svg" if len(names) <= charts.SVG_POINTS else "png",
            alt=f"Map of {with_noun(len(names), 'sample')} by {found.parameters}",
            on_select=_pick(names),
            selection_mode="points",
        )
        meaning.line(
            "map-of-samples",
            f"{why} Of a sample's {found.neighbors} nearest, {percent(found.kept)} on average are also its nearest here. "
            f"{found.parameters}.".strip(),
            also=("embedding", *(("loss",) if "generain_loss" in result.adata.obs else ())),
        )


def sample(names: list[str]) -> str | None:
    """Show the choice of a sample and return it."""
    if len(names) <= _LISTED:
        return st.selectbox("Sample", names, key=named("embed_sample"), filter_mode="contains", persist_state="session")
    typed = st.text_input("Sample", key=named("embed_sample"), persist_state="session", placeholder=names[0])
    if typed and typed not in names:
        st.caption(escape_markdown(f"There is no sample {typed}."))
    return typed if typed in names else None


def nearest(result: Embedded, release: Release, names: list[str], chosen: str | None) -> None:
    """Show the samples nearest to one, with what the sheet says of them."""
    metric = links.url_widget(
        st.segmented_control,
        "Nearest by",
        list(METRICS),
        default=METRICS[0],
        required=True,
        key="embed_metric",
        unset=METRICS[0],
        help="Cosine compares directions, Euclid distances between embeddings.",
    )
    if chosen is None:
        return
    table = nearest_samples(result.adata.obsm["X_generain"], names, chosen, METRICS[METRICS.index(metric)], k=min(50, len(names)))
    about = [name for name in sample_colors.choices(result.adata.obs) if name not in _NAMES]
    told = result.adata.obs.loc[table["sample"], about].reset_index(drop=True)
    told.columns = pd.Index([name if name not in table else f"{name} (sheet)" for name in told.columns])
    shown = pd.concat([table, told], axis=1)
    st.dataframe(
        shown,
        hide_index=True,
        height=min(430, 38 + 35 * len(shown)),
        key=named("embed_nearest"),
        column_config=_COLUMNS | {str(name): st.column_config.Column(str(name), width=90) for name in told},
        column_order=[
            "sample",
            *map(str, told.columns[:_TOLD]),
            *(str(name) for name in table if name not in _IN_FILE),
        ],
    )
    origin = provenance(release, *details(result), f"samples nearest to {chosen} by {metric}")
    downloads.offer(File("CSV", "nearest_samples.csv", shown), origin=origin)


def color(row: Any, result: Embedded, resolver: Resolver, *, numbers: bool = True) -> sample_colors.Coloring:
    """Show the choice of what colors the samples and return it."""
    obs = result.adata.obs
    options = sample_colors.choices(obs)
    if not numbers:
        options = [name for name in options if sample_colors.by_column(obs[name], name).kinds]
    kept = gene_lists.workspace().names if numbers else ()
    options = [*options, _GENE, *([sample_colors.BY_LIST] if kept else [])] if numbers else ["Nothing", *options]
    told = [name for name in options if name not in (*_NAMES, "Nothing", _GENE, sample_colors.BY_LIST)]
    best = sample_colors.most_telling(obs, told, result.adata.obsm["X_generain"])
    start = options.index(best) if best is not None else 0
    box = "embed_color" if numbers else "embed_strip"
    proposals: dict[str, str] = st.session_state.setdefault("_proposed_colors", {})
    if proposals.get(named(box)) not in (None, options[start]) and st.session_state.get(named(box)) == proposals[named(box)]:
        del st.session_state[named(box)]  # nobody chose it, and a sheet that was joined since has a better one
    proposals[named(box)] = options[start]
    name = links.url_widget(
        row.selectbox,
        "Color by",
        options,
        start,
        format_func=lambda name: _NAMES.get(name, name),
        key=named(box),
        address=box,
        unset=options[start],
        width=260,
    )
    if name == _GENE:
        with row.container(width=260):
            gene = gene_box("Gene", "embed_gene", resolver, None)
        return _by_gene(result, gene)
    if name == sample_colors.BY_LIST and name not in obs:
        chosen = row.selectbox("List", kept, key=keys.SAMPLE_LIST, persist_state="session", width=260)
        return _by_list(result, str(chosen))
    if name not in obs:
        return sample_colors.Coloring("")
    return sample_colors.by_column(obs[name], _NAMES.get(name, name))


def _by_list(result: Embedded, name: str) -> sample_colors.Coloring:
    genes = gene_lists.workspace().get(name)
    coloring, rows = sample_colors.by_list(result.adata, genes.genes, f"mean bin of {name}")
    if rows < len(genes):
        st.caption(escape_markdown(f"Your samples have rows for {rows:,} of the {with_noun(len(genes), 'gene')} of {name}."))
    return coloring


def _by_gene(result: Embedded, gene: str | None) -> sample_colors.Coloring:
    if gene is None:
        return sample_colors.Coloring("", values=None, kinds=_all(result))
    if gene not in result.adata.var_names:
        st.caption(escape_markdown(f"Your samples have no row for {gene}, so it has no bin."))
        return sample_colors.Coloring("", values=None, kinds=_all(result))
    bins = result.adata.layers["bins"][:, result.adata.var_names.get_loc(gene)]
    return sample_colors.by_number(bins.toarray().ravel() if hasattr(bins, "toarray") else bins, f"bin of {gene}", (1, 2000))


def _all(result: Embedded) -> tuple[sample_colors.Kind, ...]:
    return (sample_colors.Kind("samples", np.arange(result.adata.n_obs), figures.GREY),)


def _pick(names: list[str]) -> Any:
    """Return what takes the clicked point as the chosen sample; for callbacks."""
    figure, box = named("embed_figure"), named("embed_sample")

    def pick() -> None:
        event = st.session_state.get(figure)
        points = event["selection"]["points"] if event else []
        row = points[0].get("customdata") if points else None
        row = row[0] if isinstance(row, list) else row
        if isinstance(row, int | float) and 0 <= int(row) < len(names):
            st.session_state[box] = names[int(row)]

    return pick


def named(key: str) -> str:
    """Return a widget's key for the file at hand, so that another file begins anew."""
    return f"{key}_{st.session_state.get(keys.UPLOADS, 0)}"
