"""The words of a label: split at the separator, but not inside a name of controls, a gene's hyphenated symbol, or a dose."""

import re

LIST = ", "
"""Separates what a label says that is written as a Python tuple, such as ``[('Belinostat', 0.05, 'uM')]``."""
_HELD = "\ue000"
_BEFORE, _AFTER = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_CONTROLS = re.compile(
    rf"(?:{_BEFORE}|(?<=sg)|(?<=si)|(?<=sh))(?:\d+x[-_. ])?"
    r"(?:non[-_. ]targeting|no[-_. ]target(?:ing)?|non[-_. ]target|neg(?:ative)?[-_. ](?:ctrl|control)"
    r"|(?:one[-_ ])?non[-_ ]gene[-_ ]site|no[-_ ]site|no[-_ ]current|safe[-_ ]targeting|wild[-_ ]type|empty[-_ ]vector"
    rf"|dmso[-_ ]tf|nc[-_ ][a-z]){_AFTER}",
    re.IGNORECASE,
)
_GENES = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=sg)|(?<=si)|(?<=sh))(?:HLA-[A-Z]{1,4}\d?|NKX\d-\d{1,2}|MT-[A-Z]{2,3}\d?[A-Z]?|KRTAP\d+-\d+"
    r"|[A-Z0-9]+-(?:AS|IT|DT|OT)\d{0,2})(?![A-Za-z0-9])"
)
_UNIT = re.compile(
    r"(?<=\d)(?: |, )(?=(?:[fpnuµμm]?M|[pnuµμm]?g(?:/ml)?|s|sec|min|mins|minutes|h|hrs?|hours?|d|days?|weeks?)(?: |,|$))"
)
_TUPLE = re.compile(r"[\[\](){}'\"]")


def words_of(label: str, separator: str) -> list[str]:
    """Return the words of a label, blanks around them taken off.

    Names of controls that hold the separator (``NO_SITE_3``), gene symbols with a hyphen (``HLA-A-2``) and a number with its
    unit (``10 nM``) stay whole.
    """
    if not separator:
        return [label.strip()]
    text = _TUPLE.sub("", label) if separator == LIST else label
    if " " in separator:
        text = _UNIT.sub("", text)
    for form in (_CONTROLS, _GENES):
        text = form.sub(lambda match: match[0].replace(separator, _HELD), text)
    return [word.replace(_HELD, separator).strip() for word in text.split(separator)]
