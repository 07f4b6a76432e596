"""Names that are recognizably something other than a human gene."""

import re

_KINDS = (
    (r"ENSMUSG\d+(\.\d+)?", "an Ensembl ID of mouse; the model is human only"),
    (r"ENSRNOG\d+(\.\d+)?", "an Ensembl ID of rat; the model is human only"),
    (r"ENS[TE]\d{6,}(\.\d+)?.*", "an Ensembl {} ID; give the gene"),
    (r"ENSP\d{6,}(\.\d+)?", "an Ensembl protein ID; give the gene"),
    (r"ENS[A-Z]{3,4}[GTPE]\d{6,}(\.\d+)?", "an Ensembl ID of another species; the model is human only"),
    (r"ERCC-\d{5}", "an ERCC spike-in control, not a gene"),
    (r"N_(unmapped|multimapping|noFeature|ambiguous)|__\w+", "a line that counting programs add at the end, not a gene"),
    (r"[NX][MR]_\d+(\.\d+)?", "a RefSeq transcript ID; give the gene"),
    (r"[NX]P_\d+(\.\d+)?", "a RefSeq protein ID; give the gene"),
    (
        r"(RP\d{1,2}|CT[ABCD]|XX|KB|LL\w*|GS1|LA16c)-[A-Z]*\d*[A-Z]*\d+[A-Z]*\d*\.\d+",
        "the name of a clone, as annotations before 2018 call genes without a symbol; give its Ensembl ID",
    ),
    (r"(mm9|mm10|mm39|GRCm3[89]|rn[67])_+\S+", "a gene of a mouse or rat, by the genome in its name; the model is human only"),
    (r"HGNC:\d+", "an HGNC ID that no gene of the release or its annotation has"),
    (r"0*\d+(\.0)?", "a bare number, and no gene of the release or its annotation has it as its Entrez gene ID"),
    (r"ENSG.*", "not a whole Ensembl gene ID: that is ENSG and 11 digits"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _KINDS)
_PARTS = {"T": "transcript", "E": "exon"}


def foreign_reason(text: str) -> str:
    """Return what a name is if it can't be a gene of the model, else ''."""
    for pattern, words in _PATTERNS:
        if pattern.fullmatch(text):
            return words.format(_PARTS.get(text[3:4].upper(), ""))
    return ""
