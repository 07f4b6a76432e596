"""With how many decimals numbers were written: their step is no count."""

from collections.abc import Sequence

import numpy as np

MOST_DECIMALS = 4


def decimals_of(samples: Sequence[np.ndarray]) -> int | None:
    """Return the fewest decimals, 0 to 4, with which all values are written; None if they have more."""
    values = np.concatenate(list(samples)) if samples else np.empty(0)
    for decimals in range(MOST_DECIMALS + 1):
        scaled = values * 10.0**decimals
        if np.all(np.abs(scaled - np.rint(scaled)) <= 1e-6 + 3e-7 * scaled):
            return decimals
    return None


def half_step(decimals: int | None) -> float:
    """Return how far a written value may lie from the value that was rounded; 0 for values in full."""
    return 0.0 if decimals is None else 0.5 * 10.0**-decimals
