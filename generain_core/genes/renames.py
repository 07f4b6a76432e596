"""Old names known without any annotation file: families HGNC renamed because spreadsheets took them for dates."""

from collections.abc import Mapping
from types import MappingProxyType

PREVIOUS: Mapping[str, str] = MappingProxyType(
    {f"MARCH{i}": f"MARCHF{i}" for i in range(1, 12)}
    | {f"MARC{i}": f"MTARC{i}" for i in (1, 2)}
    | {f"SEPT{i}": f"SEPTIN{i}" for i in (*range(1, 13), 14)}
    | {"SEPT15": "SELENOF", "SEP15": "SELENOF", "DEC1": "DELEC1"}
)
"""Previous symbol → symbol since 2020 (SELENOF since 2016)."""

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "OCT1": ("POU2F1", "SLC22A1"),
        "OCT2": ("POU2F2", "SLC22A2"),
        "OCT3": ("POU5F1", "SLC22A3"),
        "OCT4": ("POU5F1",),
        "OCT6": ("POU3F1", "SLC22A16"),
    }
)
"""Names in wide use that were never symbols → the genes they mean."""
