"""Which files are read where they are asked for, and for which a child process is started."""

import gzip
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

from generain_core import workers
from generain_core.errors import GeneRAINError
from generain_core.samples.io.sniff import kind_of_file

PLAIN_BYTES = 8 << 20
"""Texts of up to this size, unpacked, are read where they are asked for."""
_READER = "generain_core.samples.io.read"
_TEXTS = ("text", "gct", "series matrix")


def is_plain(path: Path | Sequence[Path]) -> bool:
    """Say whether this is one text so small that its reader can neither fill the memory nor take long.

    Reading it in a child process would only be slower. So it is with what can't be opened, of which the reader says why, and
    where no Python can be started.
    """
    paths = [path] if isinstance(path, Path) else list(path)
    if not sys.executable:
        return True
    if len(paths) != 1 or paths[0].is_dir():
        return False
    try:
        return _is_small_text(paths[0])
    except (GeneRAINError, OSError):
        return True


def _is_small_text(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if path.stat().st_size > PLAIN_BYTES:
        return False
    kind = kind_of_file(head, path.name)
    if kind != "gzip":
        return kind in _TEXTS
    try:
        with gzip.open(path) as packed:
            text = packed.read(PLAIN_BYTES + 1)
    except (EOFError, zlib.error):
        return False
    return len(text) <= PLAIN_BYTES and kind_of_file(text[:4096], path.name) in _TEXTS


def prepare_for(path: Path | Sequence[Path]) -> None:
    """Start the child process that will read a file, while other things are loaded; for small texts none is needed."""
    if not is_plain(path):
        workers.warm(_READER)
