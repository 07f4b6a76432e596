"""The highest of some values."""

import numpy as np


def highest(values: np.ndarray, allowed: np.ndarray, k: int) -> np.ndarray:
    """Return the places of the k highest allowed values, the highest first; equal ones in their order."""
    places = np.flatnonzero(allowed)
    if len(places) > k:
        least = np.partition(values[places], len(places) - k)[len(places) - k]
        places = places[values[places] >= least]
    return places[np.argsort(-values[places], kind="stable")][:k]
