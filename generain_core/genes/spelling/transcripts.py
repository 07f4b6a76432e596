"""Names of transcripts that hold their genes', as GENCODE's sequences are called: ``ENST…|ENSG…|…|TP53-201|TP53|2512|…|``."""

import re
from collections.abc import Sequence

_OF_GENCODE = re.compile(r"ENST\d{6,}(?:\.\d+)?(?:_PAR_Y)?\|(ENSG\d{6,}(?:\.\d+)?(?:_PAR_Y)?)\|.*", re.IGNORECASE)
_MOST = 0.5


def genes_of_transcripts(names: Sequence[str]) -> list[str] | None:
    """Return the gene in each name that holds one, other names as they are; None unless most names do."""
    matches = [_OF_GENCODE.fullmatch(name) if "|" in name else None for name in names]
    if sum(match is not None for match in matches) <= _MOST * len(names):
        return None
    return [match[1] if match else name for match, name in zip(matches, names, strict=True)]
