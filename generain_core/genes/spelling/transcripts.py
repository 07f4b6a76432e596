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


_EXON = re.compile(r"(ENSG\d{6,}(\.\d+)?)([+]ENSG\d{6,}(\.\d+)?)*[:_.]E?\d{3,4}", re.IGNORECASE)


def are_exons(names: Sequence[str]) -> bool:
    """Say whether most names are those of parts of genes, as DEXSeq counts them: ``ENSG00000141510:E001``."""
    return sum(":" in name and _EXON.fullmatch(name) is not None for name in names) > _MOST * len(names)
