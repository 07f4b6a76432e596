"""What the words of a sample's label look like: doses, times, guides, replicates, wells, transcripts."""

import re
from collections.abc import Collection
from enum import StrEnum

from generain_core.perturbations.design.labels import CONTROLS


class Role(StrEnum):
    """What a field of a label says."""

    TARGET = "target"
    COMPOUND = "compound"
    DOSE = "dose"
    TIME = "time"
    GUIDE = "guide"
    REPLICATE = "replicate"
    MECHANISM = "mechanism"
    TRANSCRIPT = "transcript"
    ENSEMBL = "ensembl"
    NUMBER = "number"
    WELL = "well"
    OTHER = "other"


_I = re.IGNORECASE
_CONTROL = re.compile(
    r"(?:\d+x[-_. ])?(?:neg|negative|nontarget(?:ing)?|no[-_. ]?target(?:ing)?|non[-_. ]?target(?:ing)?)"
    r"(?:[-_. ]?(?:ctrl|ctl|control|guide|sgrna))?(?:[-_. ]?\d+)?"
    r"|(?:(?:one[-_ ])?non[-_ ]gene[-_ ]site|no[-_ ]site|no[-_ ]current|intergenic|safe|rosa26|dmso[-_ ]tf)(?:[-_. ]?\d+)?"
    r"|nc[-_ ][a-z]",
    _I,
)
_SPELLINGS = {
    "scrambled": re.compile("scr|scrambled?"),
    "non-targeting": re.compile("ntc?|non?target(?:ing)?(?:ctrl|ctl|control|guide|sgrna)?"),
    "control": re.compile("ctrl|ctl|control"),
    "negative control": re.compile("neg|negative|neg(?:ative)?(?:ctrl|ctl|control)"),
    "luciferase": re.compile("luc|luciferase"),
    "wild type": re.compile("wt|wildtype"),
    "GFP": re.compile("e?gfp"),
    "empty vector": re.compile("ev|emptyvector"),
}
_NUMBERED = ("aavs1", "rosa26")
_NOT_SAID = ("-666", "na", "nan")
"""What stands for a dose or time where there is none; the first in L1000."""
_DOSE = re.compile(r"(\d+(?:[.,]\d+)?)[ -]?(fM|pM|nM|[uµμ]M|mM|M|[pnuµμm]?g(?:[-/ ]?ml)?)", 0)
_DOSE_ANY_CASE = re.compile(r"(\d+(?:[.,]\d+)?)[ -]?([fpnuµμm]M|[pnuµμm]g(?:[-/ ]?ml)?)", _I)
_TIME = re.compile(r"(\d+(?:[.,]\d+)?)[ -]?(s|sec|min|mins|minutes|h|hr|hrs|hours?|d|days?|wk|weeks?)", _I)
_TIME_BEFORE = re.compile(r"(day|d|t|hour|h|week)[-_ ]?(\d+(?:[.,]\d+)?)", _I)
_SYNTAX = {
    Role.ENSEMBL: re.compile(r"ENSG\d{11}(?:\.\d+)?", _I),
    Role.REPLICATE: re.compile(r"(?:(?:bio|tech)?[-. ]?rep(?:licate)?|r|br|tr)[-. #]?\d{1,3}", _I),
    Role.GUIDE: re.compile(r"(?:sg(?:rna)?|grna|guide|g)[-. #]?\d{1,4}", _I),
    Role.MECHANISM: re.compile(
        r"(?:ko|kd|oe|si|sh|sirna|shrna|crispr[ian]?|crispr-?ko|knock-?out|knock-?down|overexpression|activation)[-. #]?\d{0,3}",
        _I,
    ),
    Role.TRANSCRIPT: re.compile(r"P\d{1,2}(?:P\d{1,2})*|ENST\d{11}(?:\.\d+)?"),
    Role.NUMBER: re.compile(r"\d+"),
}
WELL = re.compile(r"(?:[A-P])(?:0?[1-9]|1\d|2[0-4])")
_MOLAR = {"fM": 1e-9, "pM": 1e-6, "nM": 1e-3, "uM": 1.0, "mM": 1e3, "M": 1e6}
_HOURS = {"s": 1 / 3600, "m": 1 / 60, "h": 1.0, "t": 1.0, "d": 24.0, "w": 168.0}


def is_control(word: str) -> bool:
    """Say whether a word is a usual name of controls, numbered or not, or one that stands twice (``NegCtrl3_NegCtrl0``)."""
    return _is_one_control(word) or len(_twice(word)) > 1


def _is_one_control(word: str) -> bool:
    return bool(CONTROLS.fullmatch(word) or _CONTROL.fullmatch(word))


def _twice(word: str) -> list[str]:
    """Return the parts of a word that names one control several times; [] of others."""
    parts = re.split(r"[_|+&]+", word)
    if len(parts) < 2 or not all(_is_one_control(part) for part in parts):
        return []
    return parts if len({_without_number(part).casefold() for part in parts}) == 1 else []


def bare(word: str) -> str:
    """Return a word without the number at its end: numbered controls are one control, and AAVS1 is a place."""
    return _without_number(next(iter(_twice(word)), word))


def _without_number(word: str) -> str:
    return word if word.casefold() in _NUMBERED else re.sub(r"[-_. ]?\d+$", "", word)


def same_control(word: str) -> str:
    """Return what a name of controls has in common with its other spellings: scr, Scramble and scrambled_3 are one control."""
    plain = re.sub(r"[-_. ]+", "", bare(word)).casefold()
    return next((kind for kind, form in _SPELLINGS.items() if form.fullmatch(plain)), plain)


def syntax_of(word: str) -> Role | None:
    """Return what a word is by its form alone; None for names, and for what may be a name."""
    if _dose(word):
        return Role.DOSE
    for role in (Role.ENSEMBL, Role.NUMBER):
        if _SYNTAX[role].fullmatch(word):
            return role
    if _TIME.fullmatch(word) or _TIME_BEFORE.fullmatch(word):
        return Role.TIME
    return next((role for role, form in _SYNTAX.items() if form.fullmatch(word)), None)


def is_number(word: str) -> bool:
    """Say whether a word is a plain number."""
    return bool(re.fullmatch(r"-?\d+(?:\.\d+)?", word))


def is_running(words: Collection[str]) -> bool:
    """Say whether words are one letter and the numbers from 1 on, as donors (D1, D2) are, rather than days."""
    numbers = sorted(int(m[1]) for word in words if (m := re.fullmatch(r"[A-Za-z](\d{1,2})", word)))
    return len(numbers) == len(words) and numbers == list(range(1, len(numbers) + 1))


def has_form(word: str, role: Role) -> bool:
    """Say whether a word can stand in a field of this role."""
    if role in (Role.TARGET, Role.COMPOUND, Role.OTHER):
        return bool(word)
    if role in (Role.DOSE, Role.TIME):
        value = dose_of(word) if role is Role.DOSE else hours_of(word)
        return value is not None or word.casefold() in _NOT_SAID
    if role is Role.WELL:
        return bool(WELL.fullmatch(word))
    if role in (Role.GUIDE, Role.REPLICATE):
        return bool(_SYNTAX[role].fullmatch(word)) or word.isdigit()
    return bool(_SYNTAX[role].fullmatch(word))


def _dose(word: str) -> re.Match[str] | None:
    return _DOSE.fullmatch(word) or _DOSE_ANY_CASE.fullmatch(word)


def dose_of(word: str) -> tuple[float, str] | None:
    """Return a dose as a number and its unit: µM for molar ones, else as written; a plain number has no unit."""
    match = _dose(word)
    if match is None:
        return (float(word), "") if re.fullmatch(r"\d+(?:\.\d+)?", word) else None
    value, unit = float(match[1].replace(",", ".")), match[2].replace("µ", "u").replace("μ", "u")
    molar = unit if unit in _MOLAR else f"{unit[:-1].lower()}M" if unit[-1] in "mM" and len(unit) == 2 else ""
    return (value * _MOLAR[molar], "µM") if molar in _MOLAR else (value, unit.lower().replace(" ", "/").replace("-", "/"))


def hours_of(word: str) -> float | None:
    """Return a time in hours; a plain number is in hours."""
    if match := _TIME.fullmatch(word):
        return float(match[1].replace(",", ".")) * _HOURS[match[2][0].lower()]
    if match := _TIME_BEFORE.fullmatch(word):
        return float(match[2].replace(",", ".")) * _HOURS[match[1][0].lower()]
    return float(word) if re.fullmatch(r"\d+(?:\.\d+)?", word) else None


def number_in(word: str) -> str:
    """Return the digits at the end of a word."""
    match = re.search(r"\d+$", word)
    return match[0] if match else word
