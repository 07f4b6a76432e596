"""Names that hold two names of one gene: ``ENSG00000141510.18_TP53``, ``TP53 (ENSG00000141510)``, ``TP53|7157``,
``TP53 (7157)``, ``TP53 /// TP53``."""

import re
from collections import Counter
from collections.abc import Collection

_ID = r"ENSG\d{11}(?:\.\d+)?(?:_PAR_Y)?"
_ID_FIRST = re.compile(rf"(?P<id>{_ID})[^A-Za-z0-9]+(?P<rest>.+?)\)?", re.IGNORECASE)
_ID_LAST = re.compile(rf"(?P<rest>.+?)[^A-Za-z0-9]+(?P<id>{_ID})\)?", re.IGNORECASE)
_BAR = re.compile(r"\||///")
_SHARED = 4
_NUMBER_LAST = re.compile(r"(?P<name>[^\s()]+) \((?P<number>\d+)\)")


def without_shared_numbers(texts: Collection[str]) -> dict[str, str]:
    """Return names, each → itself without a number in brackets that stands beside several other names, and so is nobody's ID."""
    numbered = {text: match for text in texts if (match := _NUMBER_LAST.fullmatch(text))}
    beside = Counter(match["number"] for match in numbered.values())
    shared = {text: match["name"] for text, match in numbered.items() if beside[match["number"]] >= _SHARED}
    return {text: shared.get(text, text) for text in texts}


def parts_of(text: str) -> list[str]:
    """Return the names that a joined name holds, the surest first: an Ensembl ID, then a number (of Entrez), then others.

    An underscore or a colon joins only where one side is an Ensembl ID; a bar and ``///`` always do, and so do brackets around
    a number, as DepMap writes it. '?', which stands for no name, goes. Of a name that isn't joined, nothing is returned.
    """
    with_id = _ID_FIRST.fullmatch(text) or _ID_LAST.fullmatch(text)
    if with_id:
        return [with_id["id"], *(part for part in map(str.strip, with_id["rest"].split("|")) if part and part != "?")]
    if with_number := _NUMBER_LAST.fullmatch(text):
        return [with_number["number"], with_number["name"]]
    parts = [part.strip() for part in _BAR.split(text)]
    named = [part for part in parts if part and part != "?"]
    return sorted(named, key=lambda part: not part.isdigit()) if len(parts) > 1 else []
