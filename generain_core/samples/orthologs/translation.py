"""Names of a mouse's genes as those of their human orthologs; what was taken and what was lost."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.identifiers import Resolves, kinds_of
from generain_core.samples.orthologs.ortholog_table import OrthologTable, folded, read_orthologs
from generain_core.text import listed

MOUSE = ("mouse", "mouse or rat")
_BEFORE = re.compile(r"^(?:mm\d+|GRCm\d+|gene)[_-]+", re.IGNORECASE)
_COMPOUND = re.compile(r"^(ENSMUSG\d+)(?:\.\d+)?[_|](.+)$", re.IGNORECASE)
_RAT = re.compile(r"RGD\d{5,}|AABR\d+\.\d+|AC\d+\.\d+-?\d*_rat|ENSRNOG\d+(?:\.\d+)?")
_KEPT = ("spike-in", "counting footer", "no name")
_FEW = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Translation:
    """What became of a mouse's names.

    Attributes:
        names: as written → as it is called from here on.
        taken: how many rows have a human name now.
        rows: how many there are.
        lost: why not → how many rows.
        source: the table's name, with its layout.
    """

    names: Mapping[str, str]
    taken: int
    rows: int
    lost: Mapping[str, int]
    source: str

    @property
    def sentence(self) -> str:
        """Return what was done, what was lost, and that these are a mouse's samples."""
        lost = [f"{count:,} {why}" for why, count in self.lost.items()]
        return (
            f"From mouse: {self.taken:,} of {self.rows:,} rows were taken under the names of their one-to-one human orthologs "
            f"({self.source}); the others stay out of the genes, though they count for each sample's total: "
            f"{listed(lost) or 'none'}. The models were trained on human samples."
        )


def human_names(names: Sequence[str], organism: str, orthologs: OrthologTable | None, resolver: Resolves) -> Translation | None:
    """Return what becomes of a table's names if they are a mouse's and there is a table of orthologs: one that was brought, or
    the release's where the names can be no rat's. None else.

    Raises:
        GeneRAINError: as `translate`.
    """
    release: Path | None = getattr(resolver, "orthologs", None)
    if organism not in MOUSE:
        return None
    if orthologs is None and release is not None and organism == "mouse":
        orthologs = read_orthologs(release)
    return translate(names, orthologs, resolver) if orthologs is not None else None


def translate(names: Sequence[str], table: OrthologTable, resolver: Resolves) -> Translation:
    """Return a mouse's names as those of their human orthologs.

    A name without one is left, or marked as a mouse's where a human gene is called so too.

    Raises:
        GeneRAINError: they are a rat's, or hardly one is in the table.
    """
    rats = [name for name in names if _RAT.fullmatch(name)]
    if len(rats) >= _FEW:
        raise GeneRAINError(
            f"Names such as {listed(rats[:3])} are a rat's, and {table.source} is of mouse and human; the model is human only."
        )
    human = _known(table, resolver)
    called, lost, taken = dict[str, str](), Counter[str](), 0
    kinds = kinds_of(names, resolver)
    for name, (kind, known) in zip(names, kinds, strict=True):
        if kind in _KEPT:
            continue
        keys = _keys(name)
        key = next((each for each in keys if each in human), None)
        if key is not None:
            called[name] = human[key]
            taken += 1
            continue
        lost[next((f"with {table.not_one[each]}" for each in keys if each in table.not_one), "without an ortholog in it")] += 1
        if known:
            called[name] = f"mouse {name}"
    if taken < max(_FEW, len(names) // 50):
        raise GeneRAINError(
            f"Only {taken:,} of {len(names):,} names, such as {listed(list(names[:3]))}, have a one-to-one ortholog in "
            f"{table.source} ({table.layout}); give a table of mouse and human that has these names."
        )
    words = f"{table.source}, {table.layout}, {table.pairs:,} pairs"
    return Translation(names=called, taken=taken, rows=len(names), lost=dict(lost.most_common()), source=words)


def _known(table: OrthologTable, resolver: Resolves) -> dict[str, str]:
    """Return of each mouse's name the first of its ortholog's names that is known here; its symbol if none is."""
    symbols = [names[0] for names in table.human.values()]
    known = [status != "unknown" for status in resolver.resolve_many(symbols)["status"].tolist()]
    return {
        mouse: names[0] if there or len(names) < 2 else names[1]
        for (mouse, names), there in zip(table.human.items(), known, strict=True)
    }


def _keys(name: str) -> list[str]:
    plain = _BEFORE.sub("", name.strip())
    compound = _COMPOUND.match(plain)
    parts = [plain, *(compound.groups() if compound else ())]
    return [folded(part) for part in parts]
