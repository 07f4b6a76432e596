"""What a command answers: one JSON document, and the same for a reader."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generain_core.storage.json_rows import records
from generain_core.text import significant

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Output", "is_chance", "one_line", "records", "titled_table", "write"]


@dataclass(frozen=True)
class Output:
    """The answer of a command.

    Attributes:
        document: what ``--json`` prints.
        text: what is printed without it.
        status: exit status.
    """

    document: dict[str, Any]
    text: str
    status: int = 0


def write(output: Output, *, as_json: bool) -> None:
    """Write an answer to standard output."""
    text = json.dumps(output.document, allow_nan=False) if as_json else output.text
    sys.stdout.write(text + "\n")


def titled_table(title: str, table: pd.DataFrame) -> str:
    """Return a table as text under a line that says what it is and where it comes from."""
    if not len(table):
        return f"{title}: none"
    chances: dict[str, Callable[..., str]] = {
        str(name): significant for name in table if is_chance(str(name)) and table[name].dtype.kind == "f"
    }
    rows = table.to_string(index=False, float_format="{:.4f}".format, formatters=chances)
    return f"{title}\n{rows}"


def is_chance(name: str) -> bool:
    """Say whether a column is of p-values or rates, which are written with the digits that count, however small they are."""
    return name in ("fdr", "p") or name.startswith("p_") or name.endswith(("_p", "_fdr"))


def one_line(text: str, most: int = 60) -> str:
    """Return text as one printable line of so many characters at most."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
