"""Ranks of a store that is there already: how many genes are below each, contiguous by gene, so that percentiles are read."""

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from generain_core import settings
from generain_core.attributes.store.array_files import HANDS, NpyWriter, turn_file
from generain_core.attributes.store.conversion import KIND, META
from generain_core.attributes.store.summaries import lower_counts, smallest_type
from generain_core.errors import ReleaseError
from generain_core.progress import Progress, silent
from generain_core.storage import cache

RANKS = "attribute-ranks"
PIECE = 1 << 20
"""Bytes of probabilities that are ranked at once: they stay at hand in the processor."""


def add_ranks(key: str, progress: Progress | None = None) -> np.ndarray:
    """Return the ranks of a store (genes × attributes, memory-mapped); make them unless they are there.

    Raises:
        ReleaseError: no such store, or no room on the disk.
    """
    found = ranks_of(key)
    if found is not None:
        return found
    report = progress or silent
    entry = cache.load(KIND, key, meta=META)
    if entry is None:
        raise ReleaseError("The store of attributes is gone; make it anew.")
    try:
        with cache.building(RANKS, key) as working:
            _fill(entry.arrays["by_attribute"], working, report)
    except OSError as problem:
        raise ReleaseError(
            f"The ranks of attributes can't be written to {settings.cache_dir()} ({problem.strerror or problem}); make room, "
            "or name another folder as GENERAIN_CACHE."
        ) from problem
    found = ranks_of(key)
    if found is None:
        raise ReleaseError("The ranks of attributes were damaged while they were opened; try again.")
    return found


def ranks_of(key: str) -> np.ndarray | None:
    """Return the ranks of a store if they are there."""
    entry = cache.load(RANKS, key)
    return None if entry is None else entry.arrays.get("below")


def _fill(values: np.ndarray, working: Path, progress: Progress) -> None:
    attributes, genes = values.shape
    step = max(1, PIECE // (4 * genes))
    aside = working / "by_attribute.npy"
    waiting, done = deque[Future[int]](), 0

    def piece(start: int) -> int:
        counted = lower_counts(np.asarray(values[start : start + step]))
        out.write(counted, start)
        return len(counted)

    with NpyWriter(aside, values.shape, smallest_type(genes)) as out, ThreadPoolExecutor(HANDS) as hands:
        try:
            waiting.extend(hands.submit(piece, start) for start in range(0, attributes, step))
            while waiting:
                done += waiting.popleft().result()
                progress(0.8 * done / attributes, "ranking genes")
        finally:
            hands.shutdown(cancel_futures=True)
    turn_file(aside, working / "below.npy", lambda share: progress(0.8 + 0.15 * share, "turning the ranks"))
    os.unlink(aside)
    progress(0.95, "writing ranks to the disk")
    cache.describe(working, {"below": (genes, attributes)}, {})
