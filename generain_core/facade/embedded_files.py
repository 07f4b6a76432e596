"""Samples that were embedded before, from the h5ad files that `embed` wrote."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from generain_core.errors import GeneRAINError
from generain_core.text import echo

if TYPE_CHECKING:
    import anndata

    from generain_core.release.files import Release

    Embedded: TypeAlias = str | os.PathLike[str] | anndata.AnnData


def embedded_samples(given: Embedded | Sequence[Embedded], release: Release) -> list[anndata.AnnData]:
    """Return embedded samples of files, or as they are given, each embedded by a model of this release.

    Raises:
        GeneRAINError: a file holds no embedding that was made with this release in full precision, or it was changed since.
    """
    from generain_core.facade.tables import raw_table
    from generain_core.release.model_descriptions import MODEL_NAMES
    from generain_core.samples.own_files.embedding_at_hand import embedding_at_hand
    from generain_core.samples.own_files.reading import own_expression
    from generain_core.samples.own_files.restoration import restored

    each = [given] if isinstance(given, str | os.PathLike) or not isinstance(given, Sequence) else list(given)
    samples = []
    for one in each:
        name = echo(Path(one).name) if isinstance(one, str | os.PathLike) else "The AnnData"
        expression = own_expression(raw) if (raw := raw_table(one)).own is not None else None
        if expression is None or expression.own is None or "X_generain" not in expression.own.obsm:
            raise GeneRAINError(f"{name} holds no embedding; give h5ad files that `embed` wrote.")
        adata = restored(expression, expression.own)
        model = str(adata.uns["generain"].get("model", ""))
        if model not in MODEL_NAMES or embedding_at_hand(adata, release, model) is None:
            raise GeneRAINError(
                f"{name} holds an embedding that can't be used again: it is of another release than {release.label}, of mixed "
                "precision or several orders of ties, or the file was changed since. Embed the samples with this release, or "
                "leave the file out."
            )
        samples.append(adata)
    return samples
