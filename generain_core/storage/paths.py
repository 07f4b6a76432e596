"""Paths that a user gives, which may lead nowhere, round in a circle, or be too long for the system."""

import os
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.text import echo


def resolved(path: Path) -> Path:
    """Return where a path leads, links followed; of one that leads nowhere yet, where it would.

    Raises:
        GeneRAINError: links lead round in a circle, or the system takes no such path.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as problem:
        raise GeneRAINError(
            f"{echo(str(path))} leads nowhere: links that lead back to themselves, or a name that the system does not take; "
            "give the path of the file itself."
        ) from problem


def is_there(path: Path) -> bool:
    """Say whether there is a file or folder; a name that the system does not take leads to none."""
    try:
        return os.path.lexists(path) and path.exists()
    except (OSError, ValueError):
        return False
