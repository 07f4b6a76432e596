"""Sentences below a table that look like rows of it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

_MOST_FEET, _SENTENCE = 20, 4


def sentences_below(values: np.ndarray, labels: Sequence[str], texts: pd.DataFrame) -> list[str]:
    """Return the sentences that stand below a table as if they were rows: several words, and no value."""
    feet = list[str]()
    while len(feet) < min(_MOST_FEET, len(labels) - 1) and np.isnan(values[len(labels) - 1 - len(feet)]).all():
        at = len(labels) - 1 - len(feet)
        words = max((str(text or "") for text in (labels[at], *texts.iloc[at].tolist()[:3])), key=len)
        if len(words.split()) < _SENTENCE:
            break
        feet.insert(0, words)
    return feet
