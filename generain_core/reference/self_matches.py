"""Samples that are in the reference themselves: known for that, so that they are told and judged by the others alone."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.reference.search import Nearest

SAME = 1e-5
"""Two embeddings that are nearer (1 - cosine) are of one sample: other batches and threads move one by less, replicates more."""
COPIES = 5
"""How often a sample may be in a reference, as when it was added in several tables."""
_ACCESSION = re.compile(r"(GSM|[ESD]R[RSX]|SAM(N|EA|D))\d{3,}")


def find_self_matches(near: Nearest, names: Sequence[str], table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which of the nearest rows (samples × k) are the sample itself: no distance apart, or of the same public accession.

    Other names don't count: many tables have a ``sample 1``.
    """
    own = table["sample"].to_numpy(object)[near.rows]
    public = np.array([bool(_ACCESSION.fullmatch(name)) for name in names], dtype=bool)
    same_name = (own == np.array(names, dtype=object)[:, None]) & public[:, None]
    return np.asarray((1 - near.cosines < SAME) | same_name, dtype=bool)


def names_in_reference(near: Nearest, is_self: NDArray[np.bool_], names: Sequence[str], table: pd.DataFrame) -> list[str]:
    """Return the name under which each sample is in the reference; "" for those that are not.

    A public accession is also found where it lies apart, as after another processing.
    """
    listed = set(table["sample"][table["sample"].isin([name for name in names if _ACCESSION.fullmatch(name)])])
    own = table["sample"].to_numpy(object)
    first = np.argmax(is_self, axis=1) if is_self.size else np.zeros(len(is_self), np.intp)
    known_names = [str(own[rows[i]]) if hit[i] else "" for rows, hit, i in zip(near.rows, is_self, first, strict=True)]
    return [name or (own_name if own_name in listed else "") for name, own_name in zip(known_names, names, strict=True)]


def without_self_matches(near: Nearest, is_self: NDArray[np.bool_], most: int) -> Iterator[tuple[NDArray[np.intp], Nearest]]:
    """Yield samples (their places among the queries) with the nearest rows that are not themselves, `most` where there are.

    Samples with as many copies of themselves come together, so that what is found for one does not depend on the others.
    """
    behind, copies = np.argsort(is_self, axis=1, kind="stable"), is_self.sum(axis=1)
    for number in np.unique(copies):
        group = np.flatnonzero(copies == number)
        keep = behind[group, : max(1, min(most, is_self.shape[1] - int(number)))]
        yield group, Nearest(np.take_along_axis(near.rows[group], keep, 1), np.take_along_axis(near.cosines[group], keep, 1))
