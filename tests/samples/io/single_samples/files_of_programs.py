"""Files of one sample, as counting programs write them; numbers are invented."""

from collections.abc import Callable

import numpy as np

from tests.samples.known import ENSEMBL, SYMBOLS

Writer = Callable[[np.ndarray], str]


def star(counts: np.ndarray, *, strand: str = "unstranded") -> str:
    head = "".join(f"N_{name}\t9\t9\t9\n" for name in ("unmapped", "multimapping", "noFeature", "ambiguous"))
    forward, reverse = {"unstranded": (counts // 2, counts - counts // 2), "reverse": (counts * 0, counts)}.get(
        strand, (counts, counts * 0)
    )
    lines = zip(ENSEMBL, counts, forward, reverse, strict=True)
    return head + "".join(f"{name}\t{c:.0f}\t{f:.0f}\t{r:.0f}\n" for name, c, f, r in lines)


def htseq(counts: np.ndarray) -> str:
    return rows(ENSEMBL, counts) + "__no_feature\t50\n__ambiguous\t9\n__too_low_aQual\t0\n"


def htseq_with_names(counts: np.ndarray) -> str:
    rows = "".join(f"{e}\t{s}\t{c:.0f}\n" for e, s, c in zip(ENSEMBL, SYMBOLS, counts, strict=True))
    return rows + "__no_feature\t\t50\n__ambiguous\t\t9\n"


def feature_counts(counts: np.ndarray) -> str:
    head = "# Program:featureCounts v2.0.1; Command:...\nGeneid\tChr\tStart\tEnd\tStrand\tLength\taligned.bam\n"
    return head + "".join(f"{e}\tchr1\t{i}\t{i + 9}\t+\t10\t{c:.0f}\n" for i, e, c in numbered(counts))


def scaled(count: float) -> float:
    """Return a TPM that goes with a count."""
    return count / 2 + 0.25


def rsem(counts: np.ndarray) -> str:
    head = "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
    return head + "".join(f"{e}\tENST1\t900\t800.5\t{c:.2f}\t{scaled(c)}\t{i}\n" for i, e, c in numbered(counts))


def rsem_isoforms(counts: np.ndarray) -> str:
    head = "transcript_id\tgene_id\tlength\teffective_length\texpected_count\tTPM\tFPKM\tIsoPct\n"
    return head + "".join(f"ENST{i:011d}\t{e}\t900\t800.5\t{c:.2f}\t1\t1\t100\n" for i, e, c in numbered(counts))


def salmon(counts: np.ndarray) -> str:
    head = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"
    return head + "".join(f"{e}\t900\t800.5\t{scaled(c)}\t{c:.3f}\n" for i, e, c in numbered(counts))


def kallisto(counts: np.ndarray) -> str:
    head = "target_id\tlength\teff_length\test_counts\ttpm\n"
    return head + "".join(f"{e}\t900\t800.5\t{c:.3f}\t{scaled(c)}\n" for i, e, c in numbered(counts))


def gdc(counts: np.ndarray) -> str:
    measures = "unstranded\tstranded_first\tstranded_second\ttpm_unstranded\tfpkm_unstranded\tfpkm_uq_unstranded"
    head = f"# gene-model: GENCODE v36\ngene_id\tgene_name\tgene_type\t{measures}\n"
    head += "".join(f"N_{name}\t\t\t9\t9\t9\t\t\t\n" for name in ("unmapped", "multimapping", "noFeature", "ambiguous"))
    rows = zip(ENSEMBL, SYMBOLS, counts, strict=True)
    return head + "".join(f"{e}\t{s}\tprotein_coding\t{c:.0f}\t1\t1\t1.5\t1.5\t1.5\n" for e, s, c in rows)


def stringtie(counts: np.ndarray) -> str:
    head = "Gene ID\tGene Name\tReference\tStrand\tStart\tEnd\tCoverage\tFPKM\tTPM\n"
    rows = zip(ENSEMBL, SYMBOLS, counts, strict=True)
    return head + "".join(f"{e}\t{s}\tchr1\t+\t{i}\t{i + 9}\t1.5\t2.5\t{c:.3f}\n" for i, (e, s, c) in enumerate(rows))


def with_header(counts: np.ndarray) -> str:
    return "gene_id\tcount\n" + rows(ENSEMBL, counts)


def plain(counts: np.ndarray) -> str:
    return rows(ENSEMBL, counts)


def numbered(counts: np.ndarray) -> list[tuple[int, str, float]]:
    return [(i, name, float(count)) for i, (name, count) in enumerate(zip(ENSEMBL, counts, strict=True))]


def rows(names: list[str], counts: np.ndarray) -> str:
    return "".join(f"{name}\t{c:.0f}\n" for name, c in zip(names, counts, strict=True))


NAMED: dict[str, tuple[Writer, str]] = {
    "STAR": (star, "{}.ReadsPerGene.out.tab"),
    "STAR by prefix": (star, "{}ReadsPerGene.out.tab"),
    "STAR by folder": (star, "{}/ReadsPerGene.out.tab"),
    "htseq-count": (htseq, "{}.htseq.counts"),
    "htseq-count with names": (htseq_with_names, "{}.counts"),
    "featureCounts": (feature_counts, "{}.featureCounts.txt"),
    "RSEM": (rsem, "{}.genes.results"),
    "salmon": (salmon, "{}/quant.sf"),
    "salmon, its folders' suffix": (salmon, "{}_quant/quant.sf"),
    "kallisto": (kallisto, "{}/abundance.tsv"),
    "GDC": (gdc, "folder-of-{}/{}.rna_seq.augmented_star_gene_counts.tsv"),
    "StringTie": (stringtie, "{}_gene_abund.tab"),
    "a header": (with_header, "{}.txt"),
    "no header": (plain, "{}_counts.tsv"),
}
