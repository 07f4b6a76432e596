"""Whether a table of text has a header, and what its columns are called without one."""

import re

from generain_core.samples.io.columns import is_number

_NAMES = re.compile(
    r"|#*\s*((gene|symbol|name|ensembl|probe|sample|feature|target|transcript|entrez|row|index|unnamed|identifier|hugo|hgnc(?!:)|cell|barcode).*"
    r"|ids?([_ .:-].*)?)",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(gene|symbol|name|description|chr(om(osome)?)?|start|end|strand|length|(gene_?|bio_?)?type|class)([_ .].*)?", re.I
)


def is_headless(rows: list[list[str]], decimal: str) -> bool:
    """Say whether the first row is no header: wherever numbers stand below, it has one too, and none of its texts is a title."""
    first = rows[0]
    if len(first) < 2 or (len(rows) > 1 and len(rows[1]) != len(first)) or _NAMES.fullmatch(first[0].strip()):
        return False
    numeric = _numeric_fields(rows, decimal)
    rest = [first[i].strip().replace(decimal, ".") for i in numeric]
    if not rest or not all(map(is_number, rest)):
        return False
    texts = [first[i].strip() for i in range(1, len(first)) if i not in numeric]
    if any(map(_TITLES.fullmatch, texts)):
        return False
    return not (len(rest) > 1 and rest == [str(int(float(rest[0])) + i) for i in range(len(rest))])


def _numeric_fields(rows: list[list[str]], decimal: str) -> list[int]:
    """Return which fields behind the first hold numbers in most rows, the first row left aside if there are others."""
    numeric = list[int]()
    for i in range(1, len(rows[0])):
        cells = [row[i].strip().replace(decimal, ".") for row in rows[1:] or rows if i < len(row) and row[i].strip()]
        if sum(map(is_number, cells)) > len(cells) / 2:
            numeric.append(i)
    return numeric


def titles_of(rows: list[list[str]], decimal: str, stem: str) -> list[str]:
    """Return titles for a table without a header: its one sample is called by the file, empty columns go."""
    numeric = _numeric_fields(rows, decimal)
    titles = [
        "" if i and not any(row[i].strip() for row in rows if i < len(row)) else f"column {i + 1}" for i in range(len(rows[0]))
    ]
    return ["", *(stem if numeric == [i] else titles[i] for i in range(1, len(titles)))]
