"""Gene programs of the demo release: which real genes act together, and how strongly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from generain_core.demo.programs.core import CORE
from generain_core.demo.programs.immune import IMMUNE
from generain_core.demo.programs.tissue import TISSUE

_BRACES = re.compile(r"\{([^{}]+)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")


def expand(text: str) -> dict[str, float]:
    """Return gene → weight for a list such as ``PSMA{1..7} RPL{7,7A} CD74:0.4``; the weight is 1 if none is given."""
    genes: dict[str, float] = {}
    for word in text.split():
        names, _, weight = word.partition(":")
        for gene in _alternatives(names):
            genes.setdefault(gene, float(weight or 1))
    return genes


def _alternatives(word: str) -> Iterator[str]:
    braces = _BRACES.search(word)
    if braces is None:
        yield word
        return
    for part in braces[1].split(","):
        span = _RANGE.fullmatch(part)
        for choice in map(str, range(int(span[1]), int(span[2]) + 1)) if span else [part]:
            yield from _alternatives(word[: braces.start()] + choice + word[braces.end() :])


@dataclass(frozen=True)
class Program:
    """Genes that act together.

    Attributes:
        theme: programs of one theme resemble each other.
        level: typical log10 expression of a coding gene where the program is fully on.
        background: activity (0 to 1) in samples that do not say otherwise.
        coding: protein-coding gene → weight.
        lncrna: lncRNA → weight.
    """

    name: str
    theme: str
    level: float
    background: float
    coding: Mapping[str, float]
    lncrna: Mapping[str, float]

    @property
    def genes(self) -> Mapping[str, float]:
        """Return gene → weight, coding genes first."""
        return {**self.coding, **self.lncrna}


PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {
        name: Program(name, theme, level, background, MappingProxyType(expand(coding)), MappingProxyType(expand(lncrna)))
        for name, theme, level, background, coding, lncrna in (*CORE, *IMMUNE, *TISSUE)
    }
)
"""Program name → program."""


def programs_of(gene: str) -> tuple[str, ...]:
    """Return the names of the programs that a gene belongs to, the heaviest first."""
    return tuple(sorted((name for name, p in PROGRAMS.items() if gene in p.genes), key=lambda name: -PROGRAMS[name].genes[gene]))


def biotypes() -> dict[str, str]:
    """Return every gene of the programs, in order of first appearance, with its biotype."""
    kinds: dict[str, str] = {}
    for program in PROGRAMS.values():
        for gene in program.coding:
            kinds.setdefault(gene, "protein_coding")
        for gene in program.lncrna:
            kinds.setdefault(gene, "lncRNA")
    return kinds
