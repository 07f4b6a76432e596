"""Words for messages: what was given, quoted; lists as in a sentence."""

import re

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
