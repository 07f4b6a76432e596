"""The records that the work of a session may hold: the core's, and what pages know them by."""

from functools import lru_cache

from generain_core.ui.session.steps import BinBasis, SamplesKey
from generain_core.work import kinds


@lru_cache(maxsize=1)
def all_kinds() -> dict[str, type]:
    """Return all records by the names that they have in files."""
    roots = (*kinds.OF_LISTS, *kinds.OF_SAMPLES, *kinds.OF_RESULTS, SamplesKey, BinBasis)
    return kinds.named(kinds.reachable(*roots))
