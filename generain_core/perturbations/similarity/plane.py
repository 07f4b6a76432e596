"""Perturbations on a plane and in an order that show which act alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.geometry.projection import SampleMap, map_samples, proposed
from generain_core.perturbations.similarity.shift_similarity import ShiftSimilarity, similarity_order
from generain_core.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class PerturbationPlane:
    """An order of perturbations for a heatmap, and their places on a map by the cosine of their shifts."""

    order: NDArray[np.intp]
    places: SampleMap


def arrange_perturbations(of: ShiftSimilarity, *, seed: int = 0, progress: Progress | None = None) -> PerturbationPlane:
    """Order perturbations and place them on a plane: PCA of unit shifts for few, UMAP for more."""
    report: Progress = progress or silent
    report(0.0, "ordering")
    order = similarity_order(of)
    method, _ = proposed(len(of.perturbations))
    return PerturbationPlane(
        order, map_samples(of.shifts, method, "cosine", seed, lambda share, words: report(0.2 + 0.8 * share, words))
    )
