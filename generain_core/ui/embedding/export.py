"""Embedded samples to take away."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from generain_core.models.embedded_file import details, with_counts_and_maps
from generain_core.models.embedding import Embedded
from generain_core.release.files import Release
from generain_core.release.provenance import csv_bytes, provenance
from generain_core.samples.binning.binned_files import write_h5ad
from generain_core.ui.components import capsule_button, downloads
from generain_core.ui.components.capsule_tables import embedding_line
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.session.session import Session


def offer(session: Session, release: Release, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Offer the samples with embedding and maps as h5ad, the embedding and the maps as tables."""
    stem = Path(session.source).name.split(".")[0]
    downloads.offer(
        File("Samples with embedding (h5ad)", f"{stem}_embedded.h5ad", lambda: _h5ad(session, release, request, result)),
        File("Embedding (csv)", f"{stem}_embedding.csv", lambda: _embedding(release, result)),
        File("Maps (csv)", f"{stem}_maps.csv", lambda: _maps(session, release, request, result)),
    )
    _capsule(session, request, result, stem)


def _capsule(session: Session, request: work.EmbeddingRequest, result: Embedded, stem: str) -> None:
    examined = session.examined
    if examined is None or examined.summed.expression.own is not None or "precision_samples" in result.done:
        return
    expression, ties = examined.summed.expression, int(result.done.get("tie_orders", 1))
    embedding = np.asarray(result.adata.obsm["X_generain"])
    capsule_button.offer_made(
        f"{stem}_embedding",
        lambda folder: embedding_line(expression, request.model, examined.min_genes, ties, embedding, folder),
    )


def _h5ad(session: Session, release: Release, request: work.EmbeddingRequest, result: Embedded) -> bytes:
    with tempfile.TemporaryDirectory(prefix="generain-download-") as folder:
        path = Path(folder) / "out.h5ad"
        write_h5ad(
            with_counts_and_maps(
                result,
                work.binned(session),
                release,
                work.maps(session, request, result),
                work.stability_result(session, request)[0],
            ),
            path,
        )
        return path.read_bytes()


def _embedding(release: Release, result: Embedded) -> bytes:
    values = np.asarray(result.adata.obsm["X_generain"])
    table = pd.DataFrame(values, columns=[f"generain_{i}" for i in range(values.shape[1])])
    table.insert(0, "sample", result.adata.obs_names.to_numpy())
    return csv_bytes(table, provenance(release, *details(result)))


def _maps(session: Session, release: Release, request: work.EmbeddingRequest, result: Embedded) -> bytes:
    maps = work.maps(session, request, result)
    table = pd.DataFrame({"sample": result.adata.obs_names.to_numpy()})
    for each in maps:
        table[f"{each.method}_1"], table[f"{each.method}_2"] = each.places.T
    return csv_bytes(table, provenance(release, *details(result), *(each.parameters for each in maps)))
