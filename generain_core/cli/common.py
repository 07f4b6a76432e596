"""What all commands share: their answer, the release they open, how they say what they do."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any, Protocol

import pandas as pd

from generain_core.release import files
from generain_core.release.files import Release

Answer = tuple[dict[str, Any], pd.DataFrame | str]
"""The JSON document, and the same for a reader: a table or text."""


class Command(Protocol):
    """Adds a command to the line and returns its parser."""

    def __call__(self, name: str, run: Callable[[argparse.Namespace], Answer], words: str) -> argparse.ArgumentParser:
        """Add the command `name`, run by `run`, described by `words`."""
        ...


def whole(text: str) -> int:
    """Read a whole number from 0 to 2³² − 1 off the line."""
    number = int(text)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 4294967295")
    return number


def open_release(given: argparse.Namespace) -> Release:
    """Open the release that the line names, and say on standard error if its values are simulated."""
    chosen = files.choose(getattr(given, "release", None))
    if chosen.simulated:
        sys.stderr.write(f"note: {chosen.label}\n")
    return chosen


def mark(chosen: Release) -> dict[str, Any]:
    """Return what every JSON document begins with: release, whether simulated, label."""
    return {"release": str(chosen.root), "simulated": chosen.simulated, "label": chosen.label}


def open_resolver(chosen: Release) -> Any:
    """Open the resolver of gene names; warnings go to standard error."""
    from generain_core.vectors.atlas import open_genes

    resolver = open_genes(chosen)
    for problem in resolver.table.warnings:
        sys.stderr.write(f"warning: {problem}\n")
    return resolver


def open_atlas(given: argparse.Namespace) -> Any:
    """Open genes and the vector set that the line names."""
    from generain_core.vectors.atlas import Atlas

    chosen = open_release(given)
    return Atlas.open(chosen, given.vectors, open_resolver(chosen))


def headed(words: str, atlas: Any, table: pd.DataFrame) -> str:
    """Return a table as text under a line that says what it is and where it comes from."""
    rows = table.to_string(index=False, float_format="{:.4f}".format)
    return f"{words} ({atlas.space.name}; {atlas.release.label})\n{rows}"


def line(text: str, most: int = 60) -> str:
    """Return text as one printable line of so many characters at most."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as a list of plain dictionaries."""
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return records


def tell(share: float, words: str) -> None:
    """Write progress (share done, words) to standard error."""
    sys.stderr.write(f"progress {share:.3f} {words}\n")
    sys.stderr.flush()


def quiet(share: float, words: str) -> None:
    """Say nothing of progress, in all processes but the first."""
