"""How much one call may ask for, and the words of a refusal."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationError

from generain_core.errors import GeneRAINError

MOST_TEXT = 1_000_000
"""Characters in the arguments of one call, all together."""
MOST_NAMES = 100_000
MOST_ROWS = 1000

Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description=f"rows in one answer, at most {MOST_ROWS:,}")]
Offset = Annotated[int, Field(ge=0, description="rows left out at the start; `next_offset` of the answer before")]
Count = Annotated[int, Field(ge=1, le=100_000, description="how many are asked for in all; page with offset and limit")]


def check_size(arguments: object) -> None:
    """Refuse arguments that are very long.

    Raises:
        GeneRAINError: they are longer than `MOST_TEXT` together.
    """
    size = _size(arguments)
    if size > MOST_TEXT:
        raise GeneRAINError(
            f"The arguments have {size:,} characters, and up to {MOST_TEXT:,} go into one call; ask in parts, or name a file."
        )


def _size(value: object) -> int:
    """Return the characters of all texts and numbers in a document, without recursion: it may be deep."""
    size, rest = 0, [value]
    while rest:
        each = rest.pop()
        if isinstance(each, str):
            size += len(each)
        elif isinstance(each, dict):
            rest += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            rest += each
        elif isinstance(each, int) and not isinstance(each, bool):
            size += each.bit_length() // 3
        size += 1
    return size


def describe(problem: ValidationError) -> str:
    """Return one sentence on arguments that don't fit a tool's schema."""
    faults = problem.errors(include_url=False, include_input=False, include_context=False)
    words: dict[str, str] = {}
    for fault in faults:
        name = str(fault["loc"][0]) if fault["loc"] else "arguments"
        words.setdefault(name[:60], fault["msg"].rstrip("."))
    shown = [f"{name}: {' '.join(text[:160].split())}" for name, text in list(words.items())[:5]]
    return f"The arguments can't be used ({'; '.join(shown)}); see the tool's schema."
