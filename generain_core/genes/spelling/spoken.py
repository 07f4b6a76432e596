"""Names as people write them: Greek letters, blanks and hyphens within a symbol, and the words of a full name in any order."""

import re
from collections.abc import Iterator

_GREEK = {
    "α": ("A", "alpha"),
    "β": ("B", "beta"),
    "γ": ("G", "gamma"),
    "δ": ("D", "delta"),
    "ε": ("E", "epsilon"),
    "ζ": ("Z", "zeta"),
    "θ": ("Q", "theta"),
    "κ": ("K", "kappa"),
    "λ": ("L", "lambda"),
    "ω": ("W", "omega"),
}
"""Greek letter → the letter that HGNC's symbols have for it, and its name."""
_SPELLED = {word: letter for letter, word in _GREEK.values()}
_WORD = re.compile(rf"(?<![A-Za-z])({'|'.join(_SPELLED)})(?![A-Za-z])", re.IGNORECASE)
_GAP = re.compile(r"[\s\-‐‑–−]+")
_CELLULAR = re.compile(r"c-(?=[A-Z])", re.IGNORECASE)
_MOST = 40


def spellings(text: str) -> Iterator[str]:
    """Yield what a symbol may be that is written with Greek letters, blanks or hyphens, or with the c- of cellular genes.

    ``BRCA 1`` and ``brca-1`` are BRCA1, ``HLA A`` is HLA-A, ``IL-1β`` is IL1B, ``TNF-alpha`` is TNFA, ``c-Myc`` is MYC.
    """
    if len(text) > _MOST:
        return
    latin = "".join(_GREEK.get(letter.lower(), (letter,))[0] for letter in text)
    latin = _WORD.sub(lambda match: _SPELLED[match[1].lower()], latin)
    bare = _CELLULAR.sub("", text, count=1) if _CELLULAR.match(text) else ""
    tried = {text}
    for spelling in (latin, _GAP.sub("-", latin), _GAP.sub("", latin), bare):
        if spelling and spelling not in tried and sum(map(str.isalpha, spelling)) > 1:
            tried.add(spelling)
            yield spelling


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a full name in alphabetical order, Greek letters by their names: ``β-actin`` as ``actin, beta``."""
    spelled = "".join(f" {_GREEK[letter.lower()][1]} " if letter.lower() in _GREEK else letter for letter in text[:200])
    return tuple(sorted(re.findall(r"[a-z]+|\d+", spelled.lower())))
