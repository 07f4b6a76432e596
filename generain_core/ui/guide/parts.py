"""The parts of the guide: Markdown files of ``assets/guide``, listed by their first part, each beside the pages it is about."""

import re
from dataclasses import dataclass

from generain_core.settings import ASSETS

FOLDER = ASSETS / "guide"
FIRST = "index"
OF_PAGE = {
    "home": FIRST,
    "gene": "lncrna",
    "map": "lncrna",
    "compare": "lncrna",
    "attributes": "lncrna",
    "lists": "lists",
    "samples": "counts",
    "perturbations": "screen",
    "cohort": "patients",
    "release": "server",
    "about": "cite",
}
"""The part that a page links to."""
PICTURE = re.compile(r"^!\[([^\]]+)\]\((pictures/[\w-]+\.png)\)$", re.MULTILINE)
"""A picture alone on its line: what it shows, and its file."""
_LINK = re.compile(r"\]\(([\w-]+)\.md\)")


@dataclass(frozen=True)
class Part:
    """One part: its name in links, its title, its Markdown below the title."""

    name: str
    title: str
    text: str


def names() -> list[str]:
    """Return the names of all parts, the first one first, then in the order in which it lists them."""
    listed = _LINK.findall((FOLDER / f"{FIRST}.md").read_text(encoding="utf-8"))
    return [FIRST, *dict.fromkeys(listed)]


def read(name: str) -> Part:
    """Return a part of `names`; the first one for any other name."""
    chosen = name if name in names() else FIRST
    title, _, text = (FOLDER / f"{chosen}.md").read_text(encoding="utf-8").partition("\n")
    return Part(chosen, title.removeprefix("# "), text.strip())


def linked(text: str) -> list[str]:
    """Return the names of the parts that Markdown links to, in order."""
    return [name for name in dict.fromkeys(_LINK.findall(text)) if name in names()]


def without_links(text: str) -> str:
    """Return Markdown in which links to parts and files are words alone, for the page shows them as links of its own."""
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?://)[^)]*\)", r"\1", text)
