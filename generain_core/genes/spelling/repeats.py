"""Names that a program made unique by a suffix: ``TP53-1`` (scanpy) and ``TP53.1`` (R) beside ``TP53``."""

import re
from collections.abc import Callable, Collection, Iterator

_SUFFIXED = re.compile(r"(?P<base>.+)(?P<mark>[-._])(?P<count>[1-9]\d{0,3})")


def repeats(names: Collection[str], surely: Callable[[str], bool], known: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Yield each name that repeats another of the same table, and that other.

    A name that is a gene's alias by chance (AGT-1) repeats only if those of smaller numbers are there as well.

    Args:
        names: the distinct names of a table or list.
        surely: whether a name is a symbol or an ID as it stands, and so no repeat.
        known: whether it is any name of a gene.
    """
    there = set(names)
    for name in there:
        match = _SUFFIXED.fullmatch(name)
        if not match or match["base"] not in there or surely(name):
            continue
        count, stem = int(match["count"]), f"{match['base']}{match['mark']}"
        if not known(name) or (match["mark"] != "_" and (count == 1 or f"{stem}{count - 1}" in there)):
            yield name, match["base"]
