"""Names that hold two names of one gene: ``ENSG00000141510.18_TP53``, ``TP53 (ENSG00000141510)``, ``TP53|7157``,
``TP53 (7157)``, ``TP53 /// TP53``."""

import re

_ID = r"ENSG\d{11}(?:\.\d+)?(?:_PAR_Y)?"
_ID_FIRST = re.compile(rf"(?P<id>{_ID})[^A-Za-z0-9]+(?P<rest>.+?)\)?", re.IGNORECASE)
_ID_LAST = re.compile(rf"(?P<rest>.+?)[^A-Za-z0-9]+(?P<id>{_ID})\)?", re.IGNORECASE)
_BAR = re.compile(r"\||///")
_NUMBER_LAST = re.compile(r"(?P<name>[^\s()]+) \((?P<number>\d+)\)")


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
