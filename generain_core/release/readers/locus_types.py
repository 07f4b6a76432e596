"""HGNC's locus types, as the Ensembl biotypes that they are."""

_LOCUS_TYPES = {
    "gene with protein product": "protein_coding",
    "protocadherin": "protein_coding",
    "complex locus constituent": "",
    "readthrough": "",
    "unknown": "",
    "RNA, long non-coding": "lncRNA",
    "RNA, micro": "miRNA",
    "RNA, transfer": "tRNA",
    "RNA, ribosomal": "rRNA",
    "RNA, small nuclear": "snRNA",
    "RNA, small nucleolar": "snoRNA",
    "RNA, small cytoplasmic": "scRNA",
    "RNA, misc": "misc_RNA",
    "RNA, vault": "vault_RNA",
}


def from_locus_type(locus_type: str) -> str:
    """Return the Ensembl biotype of an HGNC locus type; types without one stay as they are, '' is unknown."""
    return _LOCUS_TYPES.get(locus_type, locus_type)
