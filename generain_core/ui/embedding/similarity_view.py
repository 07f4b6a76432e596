"""All samples against all: a clustered heatmap."""

import numpy as np
import pandas as pd
import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.geometry.clustering import Clustered, clustered
from generain_core.geometry.sample_similarity import METRICS
from generain_core.models.embedded_file import details
from generain_core.models.embedding import Embedded
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.text import with_noun
from generain_core.ui.components import downloads, figures, meaning
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding import charts, map_view
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.embedding.sample_colors import PALETTE, Coloring
from generain_core.ui.session.session import Session
from generain_core.ui.shell import links


def view(session: Session, release: Release, resolver: Resolver, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Show how similar all samples are to each other, similar ones side by side."""
    if result.adata.n_obs < 2:
        st.info("One sample alone can't be compared; bring several.")
        return
    row = st.container(horizontal=True)
    metric = links.url_widget(
        row.segmented_control,
        "Compare by",
        list(METRICS),
        default=METRICS[0],
        required=True,
        key="embed_metric",
        unset=METRICS[0],
    )
    coloring = map_view.color(row, result, resolver, numbers=False)
    chosen = METRICS[METRICS.index(metric)]
    found = work.CLUSTERED.of(session, (request.key, chosen), lambda: clustered(result.adata.obsm["X_generain"], chosen))
    title = "cosine similarity" if chosen == "cosine" else "Euclidean distance"
    names = _names(found, result.adata.obs_names.tolist())
    figure = charts.heatmap(
        found.matrix,
        names,
        found.tree,
        _strip(found, coloring),
        title,
        high_is_alike=chosen == "cosine",
        simulated=release.simulated,
    )
    figures.show(
        figure,
        key="embed_heatmap",
        name="sample_similarity",
        zoom=False,
        alt=f"{title} of {with_noun(result.adata.n_obs, 'sample')}",
    )
    words = f"{found.words} The scale leaves out each sample's likeness to itself and the outermost per cent of the pairs."
    meaning.line("similar-samples", words)
    origin = provenance(release, *details(result), title, found.words)
    table = pd.DataFrame(found.matrix, columns=names)
    table.insert(0, "sample", names)
    downloads.offer(File("Matrix (csv)", "sample_similarity.csv", table), origin=origin)


def _names(clustering: Clustered, names: list[str]) -> list[str]:
    return [names[g[0]] if len(g) == 1 else f"{names[g[0]]} and {len(g) - 1} more" for g in clustering.groups]


def _strip(clustering: Clustered, coloring: Coloring) -> tuple[str, list[str], list[str]] | None:
    """Return the strip beside the heatmap: of each group, the most frequent kind."""
    if not coloring.kinds:
        return None
    of_row = {int(row): i for i, kind in enumerate(coloring.kinds) for row in kind.rows}
    most = [int(np.bincount([of_row[int(row)] for row in group]).argmax()) for group in clustering.groups]
    distinct = colors(len(coloring.kinds))
    return coloring.title, [coloring.kinds[i].name for i in most], [distinct[i] for i in most]


def colors(count: int) -> list[str]:
    """Return so many colors that can be told apart side by side: the palette, then lighter and darker ones of it."""
    shades = (1.0, 0.6, 1.4, 0.35, 1.7)
    return [_shade(PALETTE[i % len(PALETTE)], shades[(i // len(PALETTE)) % len(shades)]) for i in range(count)]


def _shade(color: str, by: float) -> str:
    parts = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    mixed = [part * by if by <= 1 else part + (255 - part) * (by - 1) for part in parts]
    return "#" + "".join(f"{round(part):02x}" for part in mixed)
