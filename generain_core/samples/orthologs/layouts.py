"""Which columns of MGI's, HCOP's, BioMart's and plain tables of orthologs name a mouse's gene and a human's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generain_core.errors import GeneRAINError
from generain_core.text import listed

ACCEPTED = (
    "MGI's HOM_MouseHumanSequence.rpt or HMD_HumanPhenotype.rpt, HCOP's human_mouse file, BioMart's export of mouse genes with "
    "their human homologs, or a table with the columns mouse and human"
)
_HUMAN_SYMBOL = (
    r"human(gene)?(symbol|markersymbol)?|humangenename|hsapienshomologassociatedgenename|hgncsymbol|humanassociatedgenename"
)
_HUMAN_ID = r"human(ensembl(gene)?(id)?|genestableid)|hsapienshomologensemblgene"
_MOUSE_SYMBOL = (
    r"mouse(gene)?(symbol|markersymbol)?|mousegenename|mmusculushomologassociatedgenename|mgisymbol|orthologspeciessymbol"
    r"|mouseassociatedgenename"
)
_MOUSE_ID = r"mouse(ensembl(gene)?(id)?|genestableid)|mmusculushomologensemblgene|orthologspeciesensemblgene"
_OWN_SYMBOL, _OWN_ID = r"genename|externalgenename|associatedgenename", r"genestableid|ensemblgeneid"
_KIND = r".*(homologytype|orthologytype)"
_NOTHING = ("", "-", "NA", "N/A", "null")


@dataclass(frozen=True)
class Pair:
    """A mouse's gene and a human's that a table sets side by side.

    Attributes:
        mouse: its names, symbol first, then Ensembl ID, as far as they are there.
        human: the same.
    """

    mouse: tuple[str, ...]
    human: tuple[str, ...]


def pairs_of(rows: Sequence[Sequence[str]], name: str) -> tuple[list[Pair], str]:
    """Return the pairs of a table, its header first if it has one, and whose layout it is.

    Raises:
        GeneRAINError: it is none that is known.
    """
    keys = [re.sub("[^a-z0-9]", "", cell.lower()) for cell in rows[0]]
    if "commonorganismname" in keys and "symbol" in keys:
        return _classes(rows, keys), "MGI, homology classes"
    if (pairs := _without_header(rows)) is not None:
        return pairs, "MGI, pairs with phenotypes"
    columns = _columns(keys)
    if not ({"mouse symbol", "mouse ID"} & set(columns) and {"human symbol", "human ID"} & set(columns)):
        raise GeneRAINError(
            f"{name} is no table of orthologs that is known: its columns are {listed(list(rows[0]), most=8)}; give {ACCEPTED}."
        )
    layout = (
        "HCOP" if "support" in keys else "BioMart" if any("stable" in k or "homolog" in k for k in keys) else "mouse and human"
    )
    return _pairs(rows[1:], columns, keys), layout


def _classes(rows: Sequence[Sequence[str]], keys: Sequence[str]) -> list[Pair]:
    """Return each mouse's gene of a class with each human's."""
    of_class: dict[str, tuple[list[str], list[str]]] = {}
    organism, symbol = keys.index("commonorganismname"), keys.index("symbol")
    for row in rows[1:]:
        side = 0 if row[organism].lower().startswith("mouse") else 1 if row[organism].lower() == "human" else None
        if side is not None and row[symbol] not in _NOTHING:
            of_class.setdefault(row[0], ([], []))[side].append(row[symbol])
    return [Pair((mouse,), (human,)) for mice, humans in of_class.values() for mouse in mice for human in humans]


def _without_header(rows: Sequence[Sequence[str]]) -> list[Pair] | None:
    """Return the pairs of a table without a header that has MGI's accessions behind the mouse's symbols; None of others."""
    at = next((i for i, cell in enumerate(rows[0]) if re.fullmatch(r"MGI:\d+", cell)), 0)
    if at < 2 or not rows[0][1].isdigit():
        return None
    return [
        Pair((row[at - 1],), (row[0],))
        for row in rows
        if len(row) > at and row[at - 1] not in _NOTHING and row[0] not in _NOTHING
    ]


def _columns(keys: Sequence[str]) -> dict[str, int]:
    patterns = {
        "human symbol": _HUMAN_SYMBOL,
        "human ID": _HUMAN_ID,
        "mouse symbol": _MOUSE_SYMBOL,
        "mouse ID": _MOUSE_ID,
        "kind": _KIND,
        "support": "support",
        "species": "orthologspecies",
    }
    columns = {}
    for what, pattern in patterns.items():
        place = next((i for i, key in enumerate(keys) if re.fullmatch(pattern, key)), None)
        if place is not None:
            columns[what] = place
    sides = [side for side in ("human", "mouse") if {f"{side} symbol", f"{side} ID"} & set(columns)]
    if len(sides) == 1:
        own = "mouse" if sides[0] == "human" else "human"
        for what, pattern in (("symbol", _OWN_SYMBOL), ("ID", _OWN_ID)):
            place = next((i for i, key in enumerate(keys) if re.fullmatch(pattern, key)), None)
            if place is not None:
                columns[f"{own} {what}"] = place
    return columns


LEAST_SUPPORT = 3
"""A pair of HCOP that fewer of its sources name is not counted, or hardly a gene would be one-to-one."""


def _pairs(rows: Sequence[Sequence[str]], columns: Mapping[str, int], keys: Sequence[str]) -> list[Pair]:
    out = []
    for row in rows:
        if "species" in columns and row[columns["species"]] not in ("10090", "mouse"):
            continue
        if "support" in columns and len([s for s in row[columns["support"]].split(",") if s.strip()]) < LEAST_SUPPORT:
            continue
        if "kind" in columns and row[columns["kind"]] in _NOTHING:
            continue
        sides = [
            tuple(row[columns[what]] for what in (f"{side} symbol", f"{side} ID") if what in columns)
            for side in ("mouse", "human")
        ]
        mouse, human = (tuple(each for each in side if each not in _NOTHING) for side in sides)
        if mouse and human:
            out.append(Pair(mouse, human))
    return out
