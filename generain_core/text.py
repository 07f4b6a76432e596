"""Words for messages: what was given, quoted; lists as in a sentence; numbers, per cent and sizes, each one way everywhere."""

import math
import re

_PLAIN = 4
"""Powers of ten, down and up, within which a number is written without them."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


FORMULA = r"^(?=\s*[=+@\-＝＋－＠]|[\t\r\n])"
"""How a text begins that a spreadsheet would run as a formula."""


def no_formula(text: str) -> str:
    """Return a text with an apostrophe before it, if a spreadsheet would run it as a formula."""
    return re.sub(FORMULA, "'", text)


def is_one_line(text: str) -> bool:
    """Say whether a text has no line ends and no other control characters."""
    return _CONTROL.search(text) is None


def echo(text: str) -> str:
    """Return what was given, fit for a message: quoted, in one line, cut at 40 characters."""
    plain = _CONTROL.sub(" ", text)
    return f"'{plain[:40]}…'" if len(plain) > 40 else f"'{plain}'"


def listed(names: list[str], word: str = "and", most: int = 6) -> str:
    """Return names as in a sentence: ``A, B and C``; of many, the first six and how many more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} {word} {len(names) - most} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def with_noun(n: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


class Count(int):
    """A number that knows its words: ``{n:,} {n:sample is|samples are}`` in a template."""

    def __format__(self, form: str) -> str:
        """Return the words for one or for many, or the number as usual."""
        one, bar, many = form.partition("|")
        return (one if self == 1 else many) if bar else format(int(self), form)


class Amount(float):
    """A number that knows how it is written: ``{share:percent}``, ``{ratio:significant}`` in a template."""

    def __format__(self, form: str) -> str:
        """Return the per cent, the digits that count, or the number as usual."""
        written = {"percent": percent, "significant": significant}.get(form)
        return written(self) if written else format(float(self), form)


def percent(share: float, digits: int = 0) -> str:
    """Return a share in per cent: ``52 %``."""
    return f"{100 * share:,.{digits}f} %"


def signed(value: float, digits: int, *, plus: bool = True) -> str:
    """Return a number with so many digits after the point and a true minus, or a plus before what is above zero."""
    written = f"{abs(value):.{digits}f}"
    sign = "−" if value < 0 and float(written) else "+" if plus and value > 0 else ""
    return f"{sign}{written}"


def significant(value: float, digits: int = 2) -> str:
    """Return a number to so many digits that count: ``0.031``, ``1,200``; very small or large ones as ``6.1 × 10⁻⁸``."""
    if not math.isfinite(value):
        return "not known" if math.isnan(value) else str(value)
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if value == 0 or -_PLAIN <= exponent < _PLAIN + 2:
        rounded = float(f"{mantissa}e{power}")
        plain = f"{rounded:,.{max(0, digits - 1 - exponent)}f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa} × 10{str(exponent).translate(_RAISED)}"


def file_size(number: float) -> str:
    """Return a number of bytes in powers of a thousand: ``1.2 GB``, ``35 MB``, ``0.3 MB``, ``12 kB``."""
    if number >= 1e9:
        return f"{number / 1e9:,.1f} GB"
    if number < 1e5:
        return f"{number / 1e3:.0f} kB" if number >= 1e3 else f"{number:.0f} bytes"
    return f"{number / 1e6:.0f} MB" if number >= 1e7 else f"{number / 1e6:.1f} MB"
