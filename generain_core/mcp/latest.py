"""The latest long results, so that a further page of one is not computed anew."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MOST = 4
"""Results that are kept."""


class LatestResults:
    """Long results by the call that asked for them and the state of the files that it read."""

    def __init__(self) -> None:
        self._results: OrderedDict[tuple[object, ...], object] = OrderedDict()

    def holds(self, key: tuple[object, ...], written: Iterable[Path]) -> bool:
        """Return whether a call's result is kept, and the files that it wrote are still there."""
        return key in self._results and all(path.is_file() for path in written)

    def keep(self, key: tuple[object, ...], result: object) -> None:
        """Keep a result in the place of the one longest unused."""
        self._results[key] = result
        self._results.move_to_end(key)
        while len(self._results) > MOST:
            self._results.popitem(last=False)

    def take(self, key: tuple[object, ...]) -> Any:
        """Return a kept result."""
        self._results.move_to_end(key)
        return self._results[key]


def state_of(paths: Iterable[Path | None]) -> tuple[object, ...]:
    """Return size and time of change of files, and of all files in folders: equal as long as nothing in them changes."""
    states: list[object] = []
    for path in paths:
        if path is None:
            states.append(None)
            continue
        files = [path] if path.is_file() else sorted(Path(parent, name) for parent, _, names in os.walk(path) for name in names)
        states.append(tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files))
    return tuple(states)
