"""Families by name: what symbols have in common before their number, as in RPL3 and RPL10A."""

import re

_NUMBERED = re.compile(r"^([A-Z][A-Z0-9]*?[A-Z])(\d+)([A-Z]{0,2}\d{0,2})(P\d*)?$")
_SERVANT = re.compile(r"^(.+?)-(AS\d*|DT|IT\d*|OT\d*)$")
_UNSPECIFIC = {"LINC", "LOC", "MIR", "ORF", "KIAA", "FAM", "TMEM", "CCDC", "ZNF", "ENSG", "C", "LY", "CD"}
"""Roots that name no family: numbered clones, antigens and domains."""


def family_of(symbol: str) -> str:
    """Return the root of a symbol of three letters or more that is shared by a numbered family, or ''.

    A gene that is named after another, such as an antisense transcript (``TP53-AS1``), is of the other's family by its name.

    Examples:
        >>> family_of("RPL10A"), family_of("GATA3-AS1"), family_of("TP53"), family_of("LINC00152")
        ('RPL', 'GATA', '', '')
    """
    servant = _SERVANT.match(symbol)
    match = _NUMBERED.match(servant[1] if servant else symbol)
    if not match or len(match[1]) < 3 or match[1] in _UNSPECIFIC:
        return ""
    return match[1]
