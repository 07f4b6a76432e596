"""How long work tells whoever waits for it how far it has come."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the share of the work that is finished, from 0 to 1, and with what is being worked on."""


def silent(share: float, words: str) -> None:
    """Report to nobody."""


def part(progress: Progress, start: float, share: float) -> Progress:
    """Return the progress of one part of the work: the part begins at `start`, and `share` of the whole is its own."""
    return lambda within, words: progress(start + share * within, words)
