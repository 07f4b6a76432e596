"""What people type or paste around a gene name, taken off."""

import math
import re

MAX_LENGTH = 100
_NOISE = " \t\r\n\f\v\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_AROUND = re.compile(f"^[{_NOISE}\"'`´‘’‚‛“”„‟«»]+|[{_NOISE}\"'`´‘’‚‛“”„‟«»,;]+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


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
    return len(text) <= MAX_LENGTH and _CONTROL.search(text) is None


def echo(text: str) -> str:
    """Return what was given, fit for a message: quoted, in one line, cut at 40 characters."""
    plain = _CONTROL.sub(" ", text)
    return f"'{plain[:40]}…'" if len(plain) > 40 else f"'{plain}'"


def letters(name: str) -> str:
    """Return only the letters and digits of a name, in capitals."""
    return "".join(filter(str.isalnum, name)).upper()


def listed(names: list[str], word: str = "and", most: int = 6) -> str:
    """Return names as in a sentence: ``A, B and C``; of many, the first six and how many more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} {word} {len(names) - most} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
