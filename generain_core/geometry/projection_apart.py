"""Maps of many samples in a child process: neither UMAP nor t-SNE can be stopped on the way, a process can."""

import numpy as np
from numpy.typing import NDArray

from generain_core import settings, workers
from generain_core.errors import GeneRAINError
from generain_core.geometry.projection import SampleMap, map_samples
from generain_core.geometry.sample_similarity import Metric
from generain_core.progress import Progress, silent
from generain_core.workers import WorkerEnded

APART = 500
"""Samples above which a map takes longer than the start of a process."""


def map_apart(
    embedding: NDArray[np.floating],
    method: str,
    metric: Metric = "cosine",
    seed: int = settings.SEED,
    progress: Progress = silent,
) -> SampleMap:
    """Return what `map_samples` returns, made by a process that ends as soon as `progress` raises.

    Raises:
        GeneRAINError: as `map_samples`, or the system ended the process.
    """
    words = f"arranging {len(embedding):,} samples, which can't tell how far it is"
    try:
        projection: SampleMap = workers.run(
            map_samples,
            np.asarray(embedding),
            method,
            metric,
            seed,
            subject="The map",
            progress=lambda share, _: progress(max(share, 0.4), words),
            records=(SampleMap,),
            keep=False,
        )
    except WorkerEnded as problem:
        raise GeneRAINError(f"{str(problem).removesuffix('.')}, or take PCA.") from problem
    return projection
