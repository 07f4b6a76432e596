"""Where new samples lie on the plane of a reference."""

import numpy as np
from scipy.optimize import brentq

from generain_core.reference.calibration import project
from generain_core.reference.search import Nearest


def test_a_new_sample_lies_at_the_mean_of_its_nearest_weighted_as_umap_weighs_them() -> None:
    rng = np.random.default_rng(3)
    places, neighbors = rng.normal(size=(30, 2)), 7
    rows = np.array([rng.permutation(30)[:neighbors] for _ in range(4)])
    cosines = -np.sort(-rng.uniform(0.4, 0.99, (4, neighbors)), axis=1).astype(np.float32)
    for place, row, cosine in zip(project(places, Nearest(rows, cosines)), rows, cosines, strict=True):
        beyond = [np.sqrt(2 - 2 * float(each)) - np.sqrt(2 - 2 * float(cosine[0])) for each in cosine]
        pace = brentq(lambda pace, beyond=beyond: sum(np.exp(-d / pace) for d in beyond) - np.log2(neighbors), 1e-6, 100)
        weights = np.exp(-np.array(beyond) / pace)
        np.testing.assert_allclose(place, weights @ places[row] / weights.sum(), rtol=1e-5)
