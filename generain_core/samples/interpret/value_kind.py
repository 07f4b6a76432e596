"""The kinds of numbers that a table of expression values can hold."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ValueKind(StrEnum):
    """What the numbers of a table are. The value of each is what h5ad files and reports hold."""

    COUNTS = "counts"
    ESTIMATED = "estimated counts"
    SCALED = "CPM/TPM"
    LOG = "log"
    LINEARIZED = "log (back-transformed)"
    Z_SCORES = "z-scores"
    NEGATIVE = "negative"
    ZEROS = "all zeros"
    INFINITE = "infinite"
    TOO_LARGE = "too large"
    BINS = "bins"
    RANKS = "ranks"
    ROOTS = "roots of counts"
    MIXED = "mixed"
    NONE = "none"

    @property
    def label(self) -> str:
        """Return the kind in words, as a plain text."""
        return str(self.value)


ACCEPTED_KINDS = (ValueKind.COUNTS, ValueKind.ESTIMATED, ValueKind.SCALED, ValueKind.LOG)
"""Kinds that values may be taken as."""
KINDS_BY_OPTION: Mapping[str, ValueKind] = MappingProxyType(
    dict(zip(("counts", "estimated", "cpm", "log"), ACCEPTED_KINDS, strict=True))
)
"""The same by the short names of options and arguments."""
