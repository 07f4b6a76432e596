"""Progress and notes on standard error: a bar on a terminal, lines for programs with ``--json``, else nothing."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generain_core.models.parallel import is_first
from generain_core.progress import Progress, silent

if TYPE_CHECKING:
    from tqdm import tqdm


@contextmanager
def report_progress(*, as_json: bool) -> Iterator[Progress]:
    """Give what a command calls with the share done and words; other processes than the first keep silent."""
    if not is_first():
        yield silent
    elif as_json:
        yield write_line
    elif sys.stderr.isatty():
        bar = Bar()
        try:
            yield bar
        finally:
            bar.close()
    else:
        yield silent


def write_line(share: float, words: str) -> None:
    """Report progress as a line that programs read: ``progress 0.034 words``."""
    sys.stderr.write(f"progress {share:.3f} {words}\n")
    sys.stderr.flush()


class Bar:
    """A bar on the terminal, drawn when progress is first reported."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None

    def __call__(self, share: float, words: str) -> None:
        """Move the bar to a share of the work; a smaller one than before begins a new piece of work."""
        from tqdm import tqdm

        if self._bar is None:
            layout = "{percentage:3.0f} %|{bar:30}| {elapsed}<{remaining}  {desc}"
            self._bar = tqdm(total=1.0, bar_format=layout, file=sys.stderr, leave=False, dynamic_ncols=True)
        if share < self._bar.n:
            self._bar.reset()
        self._bar.set_description_str(words, refresh=False)
        self._bar.update(share - self._bar.n)

    def close(self) -> None:
        """Take the bar off the terminal."""
        if self._bar is not None:
            self._bar.close()


def each_second(progress: Progress) -> Progress:
    """Report the first and the last of many short steps, and of those between one a second."""
    last = -math.inf

    def report(share: float, words: str) -> None:
        nonlocal last
        if share in (0.0, 1.0) or time.monotonic() - last >= 1:
            last = time.monotonic()
            progress(share, words)

    return report


def note(text: str) -> None:
    """Write a line to standard error, above the bar if there is one."""
    if "tqdm" in sys.modules:
        from tqdm import tqdm

        tqdm.write(text, file=sys.stderr)
    else:
        sys.stderr.write(f"{text}\n")
