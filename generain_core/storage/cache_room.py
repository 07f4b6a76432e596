"""How large the folder of what is computed once may grow: what was not asked for longest goes first, and is computed again."""

import contextlib
import logging
import os
import shutil
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from generain_core import settings

log = logging.getLogger(__name__)
LIMIT = "GENERAIN_CACHE_MB"
DESCRIPTION = "meta.json"
KEPT = ("sample-embeddings", "attribute-order-accepted")
"""Kinds that are none of what is computed again: embeddings, which have a time of their own, and what somebody consented to."""
_open: dict[Path, list[weakref.ref[Any]]] = {}


def used(entry: Path, arrays: Iterable[np.ndarray]) -> None:
    """Note that an entry was asked for, and what this process has open of it; only where the operator set a limit."""
    if LIMIT in os.environ:
        others = [mapped for mapped in _open.get(entry, ()) if mapped() is not None]
        _open[entry] = others + [weakref.ref(vars(each)["_mmap"]) for each in arrays if isinstance(each, np.memmap)]
        with contextlib.suppress(OSError):  # another made it, and it may not be written to
            os.utime(entry)


def _is_open(entry: Path) -> bool:
    return any(mapped() is not None for mapped in _open.get(entry, ()))


def make_room(newest: Path) -> None:
    """Remove what was not asked for longest, until the folder is as small as the operator wants.

    The newest entry stays, and what this process has open: removing that would free nothing. Work at rest, which lies in the
    same folder, is no entry.
    """
    limit = settings.operator_number(LIMIT, float("inf")) * (1 << 20)
    if limit == float("inf"):
        return
    entries = sorted(_entries(), key=lambda each: each[1])
    total = sum(size for _, _, size in entries)
    for folder, _, size in entries:
        if total <= limit:
            return
        if folder != newest and not _is_open(folder):
            log.info("cache entry %s goes, for the folder may have %.0f MB", folder, limit / (1 << 20))
            shutil.rmtree(folder, ignore_errors=True)
            total -= size


def _entries() -> Iterator[tuple[Path, float, int]]:
    """Give folder, time of last use and bytes of each entry."""
    for description in settings.cache_dir().glob(f"*/[!.]*/{DESCRIPTION}"):
        folder = description.parent
        if folder.parent.name in KEPT:
            continue
        with contextlib.suppress(OSError):  # it goes at this moment
            yield folder, folder.stat().st_mtime, sum(file.stat().st_size for file in folder.iterdir())
