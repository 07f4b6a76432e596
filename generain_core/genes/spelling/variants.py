"""Prefixes, brackets and dots that programs put into names: ``gene-TP53``, ``GRCh38_TP53``, ``TP53 [ENSG]``, ``HLA.A``."""

import re

_GENOMES = r"GRCh3[78]|hg19|hg38|b3[78]|Homo_sapiens|human|hsapiens|Hsa"
_PREFIX = re.compile(rf"(?:gene[-:_]|(?:{_GENOMES})(?:_+|:))(?P<name>\S+)", re.IGNORECASE)
_BRACKET = re.compile(r"(?P<name>[^\s\[\]()]+)\s*\[(?!ENS(?!G)|m(?:us|ouse)|rat)[^\[\]]*\]", re.IGNORECASE)
_TO_DOT = re.compile(r"[^A-Z0-9._]")


def unwrapped(text: str) -> str:
    """Return a name without the prefix of an annotation or genome and without a bracket behind it; '' if it has neither."""
    bare = match["name"] if (match := _PREFIX.fullmatch(text)) else text
    bare = match["name"] if (match := _BRACKET.fullmatch(bare)) else bare
    return "" if bare == text else bare


def as_r_writes(name: str) -> str:
    """Return a name as ``make.names`` of R writes it, in capitals: other characters are dots, an X stands before a digit."""
    dotted = _TO_DOT.sub(".", name.upper())
    return f"X{dotted}" if re.match(r"[\d_]|\.\d", dotted) else dotted
