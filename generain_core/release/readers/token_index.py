"""The token index of a gene set: which row of a model's tables is which gene's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generain_core.errors import ReleaseError
from generain_core.release.readers.tab_separated import read_bytes

_SPECIAL = "SPECIAL_EMB"
MOST_TOKENS = 1_000_000
"""More rows than a model's table of genes has; the largest published one has some 32,000."""


def read_token_index(path: Path) -> dict[str, int]:
    """Read gene → token index, special tokens among them.

    Raises:
        ReleaseError: not a JSON object of whole numbers, empty, a gene twice, or two genes at one index.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        unique = dict(pairs)
        if len(unique) < len(pairs):
            twice = next(name for i, (name, _) in enumerate(pairs) if name in dict(pairs[:i]))
            raise ReleaseError(f"{path.name} names {str(twice)[:40]!r} twice; download it again.")
        return unique

    expected = f"{path.name} should be JSON of the form {{gene: index}}"
    try:
        index = json.loads(read_bytes(path), object_pairs_hook=once)
    except json.JSONDecodeError as problem:
        raise ReleaseError(f"{expected}, but line {problem.lineno} is not readable JSON; download it again.") from problem
    except (ValueError, RecursionError) as problem:
        raise ReleaseError(f"{expected}, but is not readable JSON; download it again.") from problem
    if not isinstance(index, dict) or not index or not all(type(i) is int and i >= 0 for i in index.values()):
        raise ReleaseError(
            f"{expected} with a whole number, 0 or more, for each gene, but holds something else; download it again."
        )
    if max(index.values()) >= MOST_TOKENS:
        raise ReleaseError(f"{path.name} counts to {max(index.values()):,}, more than any table of genes; download it again.")
    if len(set(index.values())) < len(index):
        raise ReleaseError(f"{path.name} gives the same index to several genes; download it again.")
    return index


def indexed_genes(index: Mapping[str, int]) -> list[str]:
    """Return the genes of a token index in its order, without the special tokens."""
    return [gene for gene in sorted(index, key=index.__getitem__) if not gene.startswith(_SPECIAL)]
