"""Files of a user's, read in a child process: a hostile or damaged one costs that process, and no more memory than is allowed."""

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from generain_core import workers
from generain_core.progress import Progress, silent
from generain_core.samples.io.plain_texts import is_plain
from generain_core.samples.io.raw_table import Layer, RawTable, Unread
from generain_core.samples.io.read import read
from generain_core.samples.io.sample_sheet import read_sample_sheet
from generain_core.samples.io.several import several_name
from generain_core.samples.own_files.content import OwnSamples, Trust

SECONDS = 900.0
"""Longest time for a file, many times what the largest takes."""
MOST_MEMORY = 16 << 30
_LEAST_MEMORY = 2 << 30
_GROUP = Path("/sys/fs/cgroup/memory.max")


def read_isolated(
    path: Path | Sequence[Path], *, name: str | Sequence[str] | None = None, part: str = "", progress: Progress = silent
) -> RawTable:
    """Parse a file, a folder or several files as `read` does, in a child process.

    Args:
        path: the file or folder; or several.
        name: as the user knows it, if the path is that of a temporary copy; of several, one each.
        part: as `read` takes it.
        progress: asked every 0.2 s; when it raises, the child is ended.

    Raises:
        GeneRAINError: as `read`; or the file took more memory or time than is allowed, or ended the process that read it.
    """
    table: RawTable = workers.run(
        read,
        path,
        name=name,
        part=part,
        subject=f"Reading {_called(path, name)}",
        progress=progress,
        words="reading",
        limits=limits(),
        records=(RawTable, Layer, Unread, OwnSamples, Trust),
    )
    return table


def read_guarded(
    path: Path | Sequence[Path], *, name: str | Sequence[str] | None = None, part: str = "", progress: Progress = silent
) -> RawTable:
    """Parse as `read` does: in a child process, unless it is a small text, whose reader can neither crash nor fill the memory.

    Raises:
        GeneRAINError: as `read_isolated`.
    """
    reader = read if is_plain(path) else read_isolated
    return reader(path, name=name, part=part, progress=progress)


def read_sheet_guarded(path: Path) -> pd.DataFrame:
    """Read a sample sheet as `read_sample_sheet` does: in a child process, unless it is a small text.

    Raises:
        GeneRAINError: as `read_sheet_isolated`.
    """
    return read_sample_sheet(path) if is_plain(path) else read_sheet_isolated(path)


def read_sheet_isolated(path: Path, *, name: str | None = None) -> pd.DataFrame:
    """Read a sample sheet as `read_sample_sheet` does, in a child process.

    Raises:
        GeneRAINError: as `read_sample_sheet`; or the file took more memory or time than is allowed, or ended the process.
    """
    sheet: pd.DataFrame = workers.run(read_sample_sheet, path, name=name, subject=f"Reading {name or path.name}", limits=limits())
    return sheet


def _called(path: Path | Sequence[Path], name: str | Sequence[str] | None) -> str:
    if isinstance(path, Path):
        return name if isinstance(name, str) else path.name
    return several_name(list(name) if name is not None else [each.name for each in path])


def prepare() -> None:
    """Have a child ready, so that the next file is read at once."""
    workers.warm(read.__module__)


def limits() -> workers.Limits:
    """Return what reading a file may take: three quarters of the memory there is, within 2 to 16 GB."""
    memory = min(MOST_MEMORY, max(_LEAST_MEMORY, _memory() * 3 // 4))
    return workers.Limits(seconds=SECONDS, memory=memory, advice="split it by samples")


def _memory() -> int:
    """Return the memory that this machine, or the group of processes that this one belongs to, has in bytes."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return MOST_MEMORY
    try:
        group = _GROUP.read_text(encoding="ascii").strip()
    except OSError:
        return whole
    return min(whole, int(group)) if group.isdigit() else whole
