"""How large the folder of what is computed once may grow: what was not asked for longest goes first, and is computed again."""

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from generain_core import settings

log = logging.getLogger(__name__)
LIMIT = "GENERAIN_CACHE_MB"
DESCRIPTION = "meta.json"


def used(entry: Path) -> None:
    """Note that an entry was asked for; only where the operator set a limit."""
    if LIMIT in os.environ:
        with contextlib.suppress(OSError):  # another made it, and it may not be written to
            os.utime(entry)


def make_room(newest: Path) -> None:
    """Remove what was not asked for longest, until the folder is as small as the operator wants; never the newest entry.

    Work at rest and embeddings of samples are no entries: they have a time of their own.
    """
    limit = settings.operator_number(LIMIT, float("inf")) * (1 << 20)
    if limit == float("inf"):
        return
    entries = sorted(_entries(), key=lambda each: each[1])
    total = sum(size for _, _, size in entries)
    for folder, _, size in entries:
        if total <= limit:
            return
        if folder != newest:
            log.info("cache entry %s goes, for the folder may have %.0f MB", folder, limit / (1 << 20))
            shutil.rmtree(folder, ignore_errors=True)
            total -= size


def _entries() -> Iterator[tuple[Path, float, int]]:
    """Give folder, time of last use and bytes of each entry."""
    for description in settings.cache_dir().glob(f"*/[!.]*/{DESCRIPTION}"):
        folder = description.parent
        with contextlib.suppress(OSError):  # it goes at this moment
            yield folder, folder.stat().st_mtime, sum(file.stat().st_size for file in folder.iterdir())
