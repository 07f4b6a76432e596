"""What is meant by a list where a method is given one: a file, or names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    from generain_core.lists.gene_list import Origin

Names = str | os.PathLike[str] | Iterable[str]
"""A list of genes: a file (txt, csv, xlsx, GMT), names with commas between, or a collection of names."""


def words_of(names: Names) -> Sequence[str]:
    """Return names as they are given: in a text with anything between, or one by one."""
    from generain_core.lists.list_files import split_names

    if isinstance(names, str):
        return split_names(names)
    return () if isinstance(names, os.PathLike) else [str(name) for name in names]


def origin_of(origin: str) -> Origin:
    """Return an origin by its word.

    Raises:
        GeneRAINError: there is none of this word; the message lists them.
    """
    from generain_core.lists.gene_list import Origin

    try:
        return Origin(origin)
    except ValueError:
        raise GeneRAINError(f"A list can't come from {origin[:40]!r}; choose {', '.join(Origin)}.") from None


def path_of(names: Names) -> Path | None:
    """Return the file that is meant, or None where names are given."""
    if isinstance(names, os.PathLike):
        return Path(names)
    if isinstance(names, str) and "," not in names and "\n" not in names and len(names) < 4000 and Path(names).suffix:
        path = Path(names)
        return path if path.is_file() or path.suffix.lower() in (".txt", ".csv", ".tsv", ".xlsx", ".gmt", ".gz") else None
    return None
