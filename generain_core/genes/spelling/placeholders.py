"""What is written where a name is missing: NA, nan, #N/A, ? and their like."""

import re

_WORDS = "na|n/a|nan|none|null|nil|<na>|#n/a|#na|#ref!|#name[?]|#value!|#null!|#num!|#div/0!|not available"
_PLACEHOLDER = re.compile(rf"(?:(?:{_WORDS})(?:[._-]{{1,2}}\d*)?|[?]|-+|[.]+|_+|)", re.IGNORECASE)


def is_placeholder(text: str) -> bool:
    """Say whether a text stands for no name, also where a program made it unique: ``NA``, ``nan``, ``#N/A``, ``?``, ``NA.1``."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None
