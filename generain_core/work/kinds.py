"""The records that work may hold, under the names that they have in files. A name stays when its record moves."""

from collections.abc import Iterable

from generain_core.attributes.known_members import KnownMembers
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.raw_table import Layer, RawTable, Unread
from generain_core.samples.own_files.content import OwnSamples, Trust
from generain_core.work.contents import KeptResult, KeptSheet

OF_LISTS: tuple[type, ...] = (GeneList, Origin, KnownMembers)
OF_SAMPLES: tuple[type, ...] = (RawTable, Layer, Unread, OwnSamples, Trust, ValueKind, KeptSheet, KeptResult)


def named(kinds: Iterable[type]) -> dict[str, type]:
    """Return records by their names. Raises ValueError: two have one name."""
    by_name: dict[str, type] = {}
    for kind in kinds:
        if by_name.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(f"two records are called {kind.__name__}")
    return by_name
