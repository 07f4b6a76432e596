"""Gene sets as GMT: a line a set, name, description and genes between tabs."""

from collections.abc import Mapping, Sequence

from generain_core.errors import GeneRAINError

MOST_BYTES = 100 << 20
_EXPECTED = "a GMT file is expected: a line a set, with name, description and genes between tabs"


def gmt_bytes(sets: Mapping[str, Sequence[str]], origin: str, notes: Mapping[str, str] | None = None) -> bytes:
    """Return sets as GMT, with where they come from as their description, and behind it what is noted of each.

    Each has a name of its own (a number is put behind one that is taken, once blanks and tabs are one) and each gene once.
    """
    lines = dict[str, str]()
    for name, genes in sets.items():
        title, number = _field(name) or "set", 1
        while (own := title if number == 1 else f"{title} ({number})") in lines:
            number += 1
        description = "; ".join([origin, *([notes[name]] if notes and name in notes else [])])
        lines[own] = "\t".join([own, _field(description), *dict.fromkeys(word for word in map(_field, genes) if word)])
    return "".join(f"{line}\n" for line in lines.values()).encode()


def gmt_descriptions(content: bytes) -> dict[str, str]:
    """Return what a GMT file says of each set in its second column; of a set with several lines, each once."""
    found = dict[str, dict[str, None]]()
    for line in content.decode("utf-8-sig", "replace").splitlines():
        title, _, rest = line.partition("\t")
        found.setdefault(title.strip(), {})[rest.partition("\t")[0]] = None
    return {title: "; ".join(filter(None, words)) for title, words in found.items()}


def read_gmt(content: bytes, name: str) -> dict[str, tuple[str, ...]]:
    """Return the sets of a GMT file: name → members, each once, in order. Weights behind a comma are dropped.

    Raises:
        GeneRAINError: too large, no text, or no set in it.
    """
    if len(content) > MOST_BYTES:
        raise GeneRAINError(f"{name[:60]} has {len(content) >> 20:,} MB; GMT files of up to {MOST_BYTES >> 20} MB are read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GeneRAINError(f"{name[:60]} is not text; {_EXPECTED}.") from None
    sets = dict[str, dict[str, None]]()
    for line in text.splitlines():
        title, *rest = line.split("\t")
        words = [each.split(",")[0] for each in rest[1:]] if "," in line else rest[1:]
        members = dict.fromkeys(filter(None, map(str.strip, words)))
        if title.strip() and members:
            sets.setdefault(title.strip(), {}).update(members)
    if not sets:
        raise GeneRAINError(f"{name[:60]} holds no gene set; {_EXPECTED}.")
    return {title: tuple(members) for title, members in sets.items()}


def _field(text: str) -> str:
    return " ".join(str(text).split())
