"""Kinds of genes: Ensembl's biotypes, HGNC's locus types, and what they are called in a sentence."""

from typing import Literal

import numpy as np
import pandas as pd

from generain_core.errors import GeneError

BiotypeClass = Literal["coding", "lncRNA", "other", "unknown"]
BIOTYPE_CLASSES = ("coding", "lncRNA")

_CODING = {"protein_coding", "protein_coding_lof", "protein-coding"}
_LONG_NONCODING = {
    "lncrna",
    "lincrna",
    "antisense",
    "antisense_rna",
    "processed_transcript",
    "sense_intronic",
    "sense_overlapping",
    "3prime_overlapping_ncrna",
    "bidirectional_promoter_lncrna",
    "bidirectional_promoter_lincrna",
    "macro_lncrna",
    "non_coding",
    "retained_intron",
    "known_ncrna",
}
_SPOKEN = {
    "miRNA": "microRNA",
    "tRNA": "transfer RNA",
    "rRNA": "ribosomal RNA",
    "snRNA": "small nuclear RNA",
    "snoRNA": "small nucleolar RNA",
    "scRNA": "small cytoplasmic RNA",
    "scaRNA": "small Cajal body RNA",
    "sRNA": "small RNA",
    "misc_RNA": "miscellaneous RNA",
    "Mt_tRNA": "mitochondrial transfer RNA",
    "Mt_rRNA": "mitochondrial ribosomal RNA",
    "rRNA_pseudogene": "pseudogene of a ribosomal RNA",
    "TEC": "gene still to be experimentally confirmed (TEC)",
    "artifact": "annotation artifact",
    "phenotype only": "phenotype without a known gene",
    "RNA, Y": "Y RNA",
    "RNA, cluster": "RNA cluster",
}


def biotype_class(biotype: str) -> BiotypeClass:
    """Return the kind of a biotype: coding, lncRNA, other (pseudogenes, small RNAs, IG and TR genes …) or unknown."""
    lowered = biotype.lower()
    if not lowered:
        return "unknown"
    if lowered in _CODING:
        return "coding"
    return "lncRNA" if lowered in _LONG_NONCODING else "other"


def spoken(biotype: str) -> str:
    """Return a biotype with its article: ``a processed pseudogene``, ``an immunoglobulin C gene``."""
    kind = biotype_class(biotype)
    words = {"coding": "protein-coding gene", "lncRNA": "lncRNA", "unknown": "gene of unknown kind"}.get(kind)
    if words is None:
        words = _SPOKEN.get(biotype) or biotype.replace("_", " ")
        for short, long in (("IG ", "immunoglobulin "), ("TR ", "T cell receptor ")):
            words = long + words.removeprefix(short) if words.startswith(short) else words
    an = words[0] in "aeioAEIO" or words.startswith(("lncRNA", "RNA", "unprocessed"))
    return f"{'an' if an else 'a'} {words}"


def having_biotype(kinds: "pd.Series[str]", classes: np.ndarray, biotype: str, where: str) -> np.ndarray:
    """Return which genes have a biotype (bool per gene): ``coding``, ``lncRNA`` or the release's own word, in any case.

    Args:
        kinds: biotype of each gene, '' if unknown.
        classes: kind of each gene.
        biotype: what is asked for.
        where: what to call the genes in the message.

    Raises:
        GeneError: none of the genes has this biotype.
    """
    words = sorted(map(str, kinds.unique()))
    wanted = [kind for kind in words if kind.lower() == biotype.lower()]
    named = {each.lower(): each for each in BIOTYPE_CLASSES}
    mask: np.ndarray = kinds.isin(wanted).to_numpy() | (classes == named.get(biotype.lower(), ""))
    if not mask.any():
        there = [each for each in sorted(set(classes)) if each in BIOTYPE_CLASSES]
        known = ", ".join([*there, *(word for word in words if word not in ("", *BIOTYPE_CLASSES))])
        raise GeneError(f"No gene of {where} has the biotype “{biotype[:40]}”; there are {known}.")
    return mask
