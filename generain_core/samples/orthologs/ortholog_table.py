"""The one-to-one orthologs of a table that is brought, and why the others are none."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.samples.io.files import check_file, file_bytes
from generain_core.samples.io.formats.small_tables import sheet_of_bytes
from generain_core.samples.io.sniff import gunzipped
from generain_core.samples.orthologs.layouts import ACCEPTED, Pair, pairs_of

_FEWEST = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class OrthologTable:
    """One-to-one orthologs of mouse and human.

    Attributes:
        human: a mouse's name (symbol or Ensembl ID, in capitals) → names of its one human ortholog, symbol first.
        not_one: the same → why it has none: several in one species or the other.
        source: the file's name.
        layout: whose layout it has.
    """

    human: Mapping[str, tuple[str, ...]]
    not_one: Mapping[str, str]
    source: str
    layout: str

    @property
    def pairs(self) -> int:
        """Return how many genes have one ortholog."""
        return len(set(self.human.values()))


def read_orthologs(path: Path, *, name: str | None = None) -> OrthologTable:
    """Read a table of orthologs (text, also gzipped), in the layout of MGI, HCOP or BioMart, or with columns mouse and human.

    A gene counts as one-to-one if the table sets it beside one gene alone, and that one beside it alone.

    Raises:
        GeneRAINError: it is none that is known, or holds hardly a pair.
    """
    check_file(path, name or path.name)
    stat = path.stat()
    return _read(path, name or path.name, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, name: str, size: int, changed: int) -> OrthologTable:
    raw = file_bytes(path, name)
    if raw[:2] == b"\x1f\x8b":
        raw = gunzipped(io.BytesIO(raw), name)
    table = sheet_of_bytes(raw, name, header=False)
    pairs, layout = pairs_of(list(table.itertuples(index=False, name=None)), name)
    if len(pairs) < _FEWEST:
        raise GeneRAINError(f"{name} holds {len(pairs):,} pairs of a mouse's and a human's gene; give {ACCEPTED}.")
    return one_to_one(pairs, name, layout)


def one_to_one(pairs: list[Pair], source: str, layout: str) -> OrthologTable:
    """Return the genes that stand in one pair alone, on both sides."""
    humans_of: dict[str, set[str]] = {}
    mice_of: dict[str, set[str]] = {}
    for pair in pairs:
        humans_of.setdefault(folded(pair.mouse[0]), set()).add(pair.human[0])
        mice_of.setdefault(pair.human[0], set()).add(folded(pair.mouse[0]))
    human: dict[str, tuple[str, ...]] = {}
    not_one: dict[str, str] = {}
    for pair in pairs:
        mouse, other = folded(pair.mouse[0]), pair.human[0]
        why = ""
        if len(humans_of[mouse]) > 1:
            why = "several human genes"
        elif len(mice_of[other]) > 1:
            why = "one of several mouse genes"
        for name in map(folded, pair.mouse):
            if why or human.get(name, pair.human)[0] != pair.human[0]:
                not_one[name] = why or "several human genes"
            else:
                human[name] = pair.human
    human = {name: names for name, names in human.items() if name not in not_one}
    return OrthologTable(human=human, not_one=not_one, source=source, layout=layout)


def folded(name: str) -> str:
    """Return a mouse's name in capitals, an Ensembl ID without its version."""
    return re.sub(r"^(ENS[A-Z]*G\d+)\.\d+$", r"\1", name.strip().upper())
