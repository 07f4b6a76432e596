"""What kind of names a table's genes have, and whose genes they are."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.genes.spelling.compound_names import parts_of
from generain_core.genes.spelling.numbers import numbers_rows
from generain_core.genes.spelling.placeholders import is_placeholder
from generain_core.text import listed

LOOK = 3000
MOST_NAMES = 600_000
"""So many names of a column, evenly spaced, are looked up to choose among columns."""
_KINDS = (
    ("Ensembl gene", r"ENSG\d{6,}(?:\.\d+)?(?:_PAR_Y)?"),
    ("mouse Ensembl gene", r"ENSMUS[GTP]\d+(?:\.\d+)?(?:[|_].*)?"),
    ("rat Ensembl gene", r"ENSRNO[GTP]\d+(?:\.\d+)?(?:[|_].*)?"),
    ("Ensembl transcript", r"ENS[TEP]\d{6,}(?:\.\d+)?(?:[|_].*)?"),
    ("Ensembl gene of another species", r"ENS[A-Z]{3,4}[GTEP]\d{6,}(?:\.\d+)?(?:[|_].*)?"),
    ("LRG", r"LRG_\d+"),
    ("RefSeq", r"[NX][MRP]_\d+(?:\.\d+)?"),
    ("spike-in", r"ERCC-\d{5}"),
    ("counting footer", r"__\w+|N_(?:unmapped|multimapping|noFeature|ambiguous)"),
    ("clone", r"(?:RP\d{1,2}|CT[ABCD]|XX(?:bac)?|KB|LL\w*|GS1|LA16c)-[A-Z]*\d*[A-Z]*\d+[A-Z]*\d*\.\d+"),
    ("probe ID", r"\d+(?:_[a-z])*_at|ILMN_\d+|A_\d+_P\d+|(?:AFFX|TC\d+)[-_].*"),
    ("Entrez number", r"\d{1,9}"),
)
_PATTERN = re.compile("|".join(f"({pattern})" for _, pattern in _KINDS), re.IGNORECASE)
_OF_STATUS = {"symbol": "symbol", "alias": "alias", "previous": "previous symbol", "ambiguous": "ambiguous name"}
_PLURALS = {
    "no name": "without a name",
    "alias": "aliases",
    "unknown": "unknown",
    "two names joined": "two names joined",
    "RefSeq": "RefSeq IDs",
}
_PLURALS |= {"Ensembl gene of another species": "Ensembl genes of another species", "LRG": "LRG records"}
_TITLE_CASE = re.compile(r"[A-Z][a-z]+[a-z0-9]*(-[a-z0-9]+)?|[A-Z][a-z]+\d+[a-z]*\d*|\d{7}[A-Z]\d{2}Rik")
_ZEBRAFISH = re.compile(r"(si|zgc|zmp|wu|im|sb|id):[a-z0-9._-]+")
_MOUSE = re.compile(
    r"Gm\d{3,6}|\d{7}[A-Z]\d{2}Rik|[A-Z]{1,2}\d{6}(?:\.\d)?Rik|H2-(?:[A-Z]{1,2}\d*|[KDLMOQT]\d*[a-z]?\d*)|Olfr\d+|Vmn[12]r\d+"
    r"|mt-(?!.*[A-Z]{3})[A-Z][A-Za-z0-9]+|Mup\d+|Scgb2b\d+|Rhox\d+[a-z]?|Defa\d\d|Speer4\w+|Zfp\d{3,4}",
    re.IGNORECASE,
)
_FEWEST_OF_MOUSE = 10
_SHARE_OF_MOUSE = 0.002
_SPECIES = {"mouse Ensembl gene": "mouse", "rat Ensembl gene": "rat", "Ensembl gene of another species": "another species"}

FOREIGN = {kind: species if " " in species else f"a {species}" for kind, species in _SPECIES.items()}
"""Kinds of names that are of another species → which."""


class Resolves(Protocol):
    """Knows genes: ``generain_core.genes.Resolver``, or a stand-in with columns input and status."""

    def resolve_many(self, names: Iterable[object]) -> pd.DataFrame:
        """Say who each name is."""
        ...


@dataclass(frozen=True, kw_only=True)
class GeneNames:
    """A column, or the names of an axis, looked up as genes.

    Attributes:
        axis: "rows" or "columns": where its names lie in the file.
        name: of the column; "row names" or "column names" for those of the axis itself.
        recognized: share of names that are a known gene, from 0 to 1.
        likely: the same, with names counted in part that look like a gene's without being known.
        looked_up: how many names were looked up.
        exact: share of names that are symbols or Ensembl IDs, rather than aliases, which words are by chance.
        length: how many names there are.
    """

    axis: str
    name: str
    recognized: float
    likely: float
    looked_up: int
    exact: float = 1.0
    length: int = 0


def look_up(axis: str, name: str, texts: Sequence[str], resolver: Resolves) -> GeneNames:
    """Look up to 3,000 names of a column up; a column of few different names, or of numbers of rows, is no list of genes."""
    if numbers_rows(texts):
        return GeneNames(axis=axis, name=name, recognized=0.0, likely=0.0, looked_up=0, exact=0.0, length=len(texts))
    step = max(1, len(texts) // LOOK)
    some = list(texts[::step])[:LOOK]
    kinds = kinds_of(some, resolver)
    counted = {"Entrez number": (0.3, 0.3), "unknown": (0.0, 0.0), "spike-in": (0.0, 0.2), "counting footer": (0.0, 0.2)}
    foreign = (0.0, 0.25)
    recognized = likely = 0.0
    for kind, known in kinds:
        exact, alike = counted.get(kind, (1.0, 1.0) if known else foreign)
        recognized += exact if known else 0.0
        likely += alike if known or kind != "Entrez number" else 0.0
    different = len(set(some)) / max(1, len(some))
    share = different / max(1, len(some))
    sure = sum(known and kind in ("symbol", "Ensembl gene") for kind, known in kinds) / max(1, len(some))
    return GeneNames(
        axis=axis,
        name=name,
        recognized=recognized * share,
        likely=likely * share,
        looked_up=len(some),
        exact=sure,
        length=len(texts),
    )


def check_number(source: str, axis: str, names: int) -> None:
    """Refuse more names than any annotation has genes and transcripts, before they are looked up.

    Raises:
        GeneRAINError: there are.
    """
    if names > MOST_NAMES:
        raise GeneRAINError(
            f"{source} names {names:,} genes in its {axis}, more than any annotation has genes and transcripts; give a table "
            "with a row or column a gene."
        )


def kinds_of(names: Sequence[str], resolver: Resolves) -> list[tuple[str, bool]]:
    """Return of each name its kind (Ensembl gene, symbol, alias, Entrez number, probe ID … unknown) and whether it is known."""
    statuses = resolver.resolve_many(names)["status"].tolist() if len(names) else []
    return [(_kind(str(name).strip(), status), status != "unknown") for name, status in zip(names, statuses, strict=True)]


def count_kinds(kinds: Iterable[tuple[str, bool]]) -> dict[str, int]:
    """Return how many names there are of each kind, most first."""
    return dict(Counter(kind for kind, _ in kinds).most_common())


def counted_kinds(kinds: Mapping[str, int], most: int = 20) -> str:
    """Return how many names are of which kind, in words: ``3,412 symbols, 20 unknown``."""
    return ", ".join(f"{n:,} {kind if n == 1 else _PLURALS.get(kind, f'{kind}s')}" for kind, n in list(kinds.items())[:most])


def organism_of(names: Sequence[str], kinds: Sequence[tuple[str, bool]]) -> tuple[str, str]:
    """Return whose genes these are and why, as a sentence.

    They are of: human, mouse, rat, mouse or rat, zebrafish, another species or unknown.
    """
    counts = count_kinds(kinds)
    for kind, species in _SPECIES.items():
        if counts.get(kind, 0) > len(names) / 2:
            example = next(name for name, (k, _) in zip(names, kinds, strict=True) if k == kind)
            return species, f"{counts[kind]:,} of {len(names):,} names are {kind} IDs, such as {example}."
    symbols = [
        name for name, (kind, _) in zip(names, kinds, strict=True) if kind in ("symbol", "alias", "previous symbol", "unknown")
    ]
    title = [name for name in symbols if _TITLE_CASE.fullmatch(name)]
    known = sum(known for name, (_, known) in zip(names, kinds, strict=True) if _TITLE_CASE.fullmatch(name))
    if len(title) > max(2, 0.6 * len(symbols)) and len(title) > len(names) / 3 and known > 0.1 * len(title):
        sentence = (
            f"{len(title):,} of {len(names):,} names are written as mouse and rat symbols are, such as {', '.join(title[:3])}."
        )
        return "mouse or rat", sentence
    mouse = [name for name, (_, known) in zip(names, kinds, strict=True) if not known and _MOUSE.fullmatch(name)]
    if len(mouse) >= max(_FEWEST_OF_MOUSE, _SHARE_OF_MOUSE * len(names)):
        sentence = f"{len(mouse):,} of {len(names):,} names are those of a mouse's genes alone, in whatever capitals"
        return "mouse", f"{sentence}, such as {listed(mouse[:3])}."
    clones = [name for name in symbols if _ZEBRAFISH.fullmatch(name)]
    if len(clones) > 0.005 * len(names) and sum(name == name.lower() for name in symbols) > 0.6 * len(symbols):
        sentence = f"Names are in small letters and {len(clones):,} of {len(names):,} as only zebrafish genes are called"
        return "zebrafish", f"{sentence}, such as {listed(clones, most=3)}."
    known = int(np.sum([known for _, known in kinds]))
    if known:
        return "human", f"{known:,} of {len(names):,} names are human genes known here."
    return "unknown", "None of the names is a human gene that is known here."


def _kind(name: str, status: str) -> str:
    if is_placeholder(name):
        return "no name"
    match = _PATTERN.fullmatch(name)
    if match and match.lastindex:
        return _KINDS[match.lastindex - 1][0]
    if parts_of(name) and status != "unknown":
        return "two names joined"
    if status == "not_in_model":
        return "symbol"
    return _OF_STATUS.get(status, "unknown" if status == "unknown" else status)
