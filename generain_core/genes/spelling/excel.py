"""Dates that spreadsheets made of gene names, the names they were, and what those genes are called since."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_MONTHS = {
    1: "jan january januar janv janvier",
    2: "feb february februar fev fevr fév févr",
    3: "mar march mrz mär märz marz mars",
    4: "apr april avr avril",
    5: "may mai",
    6: "jun june juni juin",
    7: "jul july juli juil",
    8: "aug august août aout",
    9: "sep sept september septembre",
    10: "oct october okt oktober octobre",
    11: "nov november novembre",
    12: "dec december dez dezember déc décembre",
}
_NUMBER = {word: month for month, words in _MONTHS.items() for word in words.split()}
_PREFIXES = {3: ("MARCH", "MARC"), 9: ("SEPT",), 10: ("OCT",), 12: ("DEC",)}
_RARE = {1: "JAN", 2: "FEB", 3: "MAR", 4: "APR", 5: "MAY", 6: "JUN", 7: "JUL", 8: "AUG", 9: "SEP", 11: "NOV"}

_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY_MONTH = re.compile(r"(\d{1,2})[-. /]{1,2}([^\W\d_]{3,9})\.?(?:[-. /]{1,2}(?:\d{2}|\d{4}))?")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,9})\.?[-. /]{1,2}(\d{1,2})")
_ISO = re.compile(rf"\d{{4}}-(\d{{1,2}})-(\d{{1,2}}){_TIME}")
_NUMERIC = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})[/.-](?:\d{{4}}|\d{{2}}){_TIME}")

PREVIOUS: Mapping[str, str] = MappingProxyType(
    {f"MARCH{i}": f"MARCHF{i}" for i in range(1, 12)}
    | {f"MARC{i}": f"MTARC{i}" for i in (1, 2)}
    | {f"SEPT{i}": f"SEPTIN{i}" for i in (*range(1, 13), 14)}
    | {"SEPT15": "SELENOF", "SEP15": "SELENOF", "DEC1": "DELEC1"}
)
"""Previous symbol → symbol since 2020 (SELENOF since 2016), known without any annotation file: HGNC renamed these families."""


_SHARED = {
    "OCT1": ("POU2F1", "SLC22A1"),
    "OCT2": ("POU2F2", "SLC22A2"),
    "OCT3": ("POU5F1", "SLC22A3"),
    "OCT6": ("POU3F1", "SLC22A16"),
}


def genes_of_name(name: str, *, is_known: bool) -> tuple[str, ...]:
    """Return the genes that a name such as MARCH10 or OCT3 means besides what a release knows of it.

    Args:
        name: that a date may have been.
        is_known: whether the release knows a gene by it.
    """
    return _SHARED.get(name) or ((PREVIOUS[name],) if name in PREVIOUS and not is_known else ())


def date_readings(text: str) -> list[tuple[int, int]]:
    """Return the (month, day) pairs a text may mean as a date in English, German or French; none if it is no date.

    ``1-Mar``, ``Mar-01``, ``1. Mrz``, ``2023-03-01 00:00:00`` have one reading; ``3/1/2023`` has two.
    """
    if match := _DAY_MONTH.fullmatch(text):
        pairs = [(_NUMBER.get(match[2].lower(), 0), int(match[1]))]
    elif match := _MONTH_DAY.fullmatch(text):
        pairs = [(_NUMBER.get(match[1].lower(), 0), int(match[2]))]
    elif match := _ISO.fullmatch(text):
        pairs = [(int(match[1]), int(match[2]))]
    elif match := _NUMERIC.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        pairs = [(second, first)] if match[2] == "." else [(first, second), (second, first)]
    else:
        return []
    return [(month, day) for month, day in dict.fromkeys(pairs) if 1 <= month <= 12 and 1 <= day <= 31]


def names_of_date(month: int, day: int) -> tuple[list[str], list[str]]:
    """Return the gene names a date may have been: the well-known ones (MARCH1, SEPT7 …), and rarer ones (SEP15, FEB2 …)."""
    rare = [f"{_RARE[month]}{day}"] if month in _RARE else []
    return [f"{prefix}{day}" for prefix in _PREFIXES.get(month, ())], rare
