"""Text that is not ours, shown as it is."""

import re

_DIRECTIVES = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?<=-)(?=[->])|(?<=<)(?=-)", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")


def escape_markdown(text: object, limit: int = 400) -> str:
    """Return text with all Markdown and HTML switched off, in one line, cut at `limit` characters.

    Icons, arrows and links are recognized after escapes are undone: a word joiner, which is not seen, takes them apart.
    """
    line = " ".join(str(text).split())
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return _MARKDOWN.sub(r"\\\1", _DIRECTIVES.sub("\u2060", cut))


def sentence(words: str) -> str:
    """Return words with a capital at the start and a full stop at the end."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""
