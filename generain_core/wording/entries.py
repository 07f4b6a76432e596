"""Methods of each number that is shown: what it says, its formula, assumptions and sources, from the guide's own part."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from generain_core.errors import GeneRAINError
from generain_core.settings import ASSETS
from generain_core.text import echo

PART = "methods"
FILE = ASSETS / "guide" / f"{PART}.md"
_CITED = re.compile(r"\[([^\]]+)\](?!\()")
_SHOWS, _NUMBERS, _ASSUMES, _SOURCES = "Shows ", "Numbers: ", "Assumes: ", "Sources"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Methods of a result.

    Attributes:
        name: in links.
        title: of the result.
        group: what it is about, such as genes.
        shows: what the result shows and what it does not, in one line.
        numbers: columns of tables that it explains.
        formula: how these are computed.
        assumes: what is taken for granted.
        sources: what to cite, in full.
    """

    name: str
    title: str
    group: str
    shows: str
    numbers: tuple[str, ...]
    formula: str
    assumes: str
    sources: tuple[str, ...]

    def text(self, origin: str) -> str:
        """Return what can be pasted into a paper: formula, assumptions, sources, and what it was computed with."""
        parts = [self.formula, f"{_ASSUMES}{self.assumes}", "\n".join(self.sources), origin]
        return "\n\n".join(part for part in parts if part)


@cache
def entries() -> Mapping[str, Entry]:
    """Return the methods of all results by name, in the order of the guide.

    Raises:
        GeneRAINError: the guide's part on methods is not as it should be.
    """
    return parse(FILE.read_text(encoding="utf-8"))


def entry(name: str) -> Entry:
    """Return the methods of a result.

    Raises:
        GeneRAINError: there is none of this name.
    """
    if name not in entries():
        raise GeneRAINError(f"No result is called {echo(name)}; choose one of {', '.join(entries())}.")
    return entries()[name]


def parse(text: str) -> dict[str, Entry]:
    """Return the entries of a Markdown text: a heading of the second level a group, of the third an entry.

    Raises:
        GeneRAINError: an entry lacks a line, or cites what is not among the sources.
    """
    groups = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    sources = _sources(groups[-1])
    found: dict[str, Entry] = {}
    for group in groups[:-1]:
        title, *parts = re.split(r"^### ", group, flags=re.MULTILINE)
        for part in parts:
            each = _entry(title.strip(), part, sources)
            found[each.name] = each
    return found


def name_of(title: str) -> str:
    """Return the name in links of an entry with a title."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _sources(text: str) -> dict[str, str]:
    if not text.startswith(_SOURCES):
        raise GeneRAINError("The guide's part on methods does not end with its sources.")
    return dict(re.findall(r"^- ([^:]+): (.+)$", text, flags=re.MULTILINE))


def _entry(group: str, part: str, sources: Mapping[str, str]) -> Entry:
    title, *paragraphs = [line.strip() for line in part.split("\n") if line.strip()]

    def after(mark: str) -> str:
        lines = [line.removeprefix(mark) for line in paragraphs if line.startswith(mark)]
        if len(lines) != 1:
            raise GeneRAINError(f"The methods of {title} have {len(lines)} lines with {mark.strip()!r}; one is expected.")
        return lines[0]

    marks = (_SHOWS, _NUMBERS, _ASSUMES)
    formula = "\n\n".join(line for line in paragraphs if not line.startswith(marks))
    assumes = after(_ASSUMES)
    cited = [name.strip() for words in _CITED.findall(f"{formula} {assumes}") for name in words.split(";")]
    unknown = [name for name in cited if name not in sources]
    if unknown:
        raise GeneRAINError(f"The methods of {title} cite {', '.join(unknown)}, which the sources lack.")
    return Entry(
        name=name_of(title),
        title=title,
        group=group,
        shows=after(_SHOWS),
        numbers=tuple(re.findall(r"`([^`]+)`", after(_NUMBERS))),
        formula=formula,
        assumes=assumes,
        sources=tuple(f"[{name}] {sources[name]}" for name in dict.fromkeys(cited)),
    )
