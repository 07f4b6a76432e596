"""What people type or paste around a gene name, taken off."""

import math
import re

from generain_core.text import is_one_line

MAX_LENGTH = 100
_NOISE = " \t\r\n\f\v\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_AROUND = re.compile(f"^[{_NOISE}\"'`´‘’‚‛“”„‟«»]+|[{_NOISE}\"'`´‘’‚‛“”„‟«»,;]+$")


def cleaned(name: object) -> str:
    """Return a name without blanks (invisible ones too) and quotes around it and commas and semicolons behind it.

    Missing values (None, NaN) are ''; a whole number that became a decimal one (7157.0) is whole again.
    """
    if name is None or (isinstance(name, float) and math.isnan(name)):
        return ""
    if isinstance(name, float) and name.is_integer():
        return str(int(name))
    text = str(name)
    return _AROUND.sub("", text) if len(text) <= 10 * MAX_LENGTH else text


def is_line(text: str) -> bool:
    """Say whether a text is one line of at most 100 characters, as a gene name is."""
    return len(text) <= MAX_LENGTH and is_one_line(text)


def letters(name: str) -> str:
    """Return only the letters and digits of a name, in capitals."""
    return "".join(filter(str.isalnum, name)).upper()
