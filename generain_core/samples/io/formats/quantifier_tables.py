"""Tables as counting programs write them: which of their columns are samples."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generain_core.samples.io.columns import Column

_FEATURE_COUNTS = ["geneid", "chr", "start", "end", "strand", "length"]
_SUFFIXES = re.compile(r"(\.sorted|\.dedup|\.markdup|Aligned\.sortedByCoord\.out|\.Aligned\.out)*\.(bam|sam|cram)$")
_GDC = "STAR counts of the Genomic Data Commons"


@dataclass(frozen=True)
class _OneSample:
    """A program that writes one sample a file: by which columns it is told, which is taken, and what that one holds."""

    program: str
    told_by: frozenset[str]
    taken: str
    words: str


_PROGRAMS = (
    _OneSample("RSEM", frozenset({"expected_count", "tpm", "transcript_id(s)"}), "expected_count", "estimated counts"),
    _OneSample("RSEM isoforms", frozenset({"expected_count", "tpm", "isopct"}), "expected_count", "estimated counts"),
    _OneSample("RSEM", frozenset({"expected_count", "tpm"}), "expected_count", "estimated counts"),
    _OneSample("salmon", frozenset({"numreads", "effectivelength"}), "numreads", "estimated counts"),
    _OneSample("kallisto", frozenset({"est_counts", "eff_length"}), "est_counts", "estimated counts"),
    _OneSample(_GDC, frozenset({"unstranded", "stranded_first", "stranded_second"}), "unstranded", "unstranded counts"),
    _OneSample("StringTie", frozenset({"gene id", "coverage", "fpkm", "tpm"}), "tpm", "TPM"),
    _OneSample("Cufflinks", frozenset({"tracking_id", "fpkm", "fpkm_conf_lo"}), "fpkm", "FPKM"),
)


def by_program(columns: Sequence[Column], comments: str, stem: str) -> tuple[list[Column], str, list[str]]:
    """Keep what holds values of samples, and name the program if it can be told.

    featureCounts names samples by the path of a BAM file; RSEM writes counts, TPM and FPKM of one sample; salmon and kallisto
    TPM and counts of one sample; StringTie and Cufflinks coverage, FPKM and its bounds of one sample; the Genomic Data Commons
    three countings of one sample with TPM and FPKM; htseq-count two columns and footers that start with ``__``.

    Args:
        columns: in the file's order.
        comments: lines before the header.
        stem: of the file's name, which is the sample's where a file is one sample.
    """
    names = [title.lower() for title, _ in columns]
    if names[:6] == _FEATURE_COUNTS or "Program:featureCounts" in comments:
        renamed = [(_sample_of_path(title) if i > 5 else title, values) for i, (title, values) in enumerate(columns)]
        changed = [title for title, _ in renamed] != [title for title, _ in columns]
        return renamed, "featureCounts", ["Samples are named by their BAM files without folder and ending."] if changed else []
    for each in _PROGRAMS:
        if each.told_by <= set(names) and names.count(each.taken) == 1:
            kept = [(title, values) for title, values in columns if values.dtype == object]
            note = f"Of {each.program}'s columns the {each.words} ({each.taken}) were taken; the file is one sample, {stem}."
            return [*kept, (stem, columns[names.index(each.taken)][1])], each.program, [note]
    last = columns[0][1][-8:].tolist() if columns and columns[0][1].dtype == object else []
    if any(isinstance(v, str) and v.startswith("__no_feature") for v in last):
        return list(columns), "htseq-count", []
    merged = names[:2] == ["gene_id", "gene_name"]
    return list(columns), "salmon or RSEM, merged over samples" if merged else "", []


def _sample_of_path(title: str) -> str:
    return _SUFFIXES.sub("", title.replace("\\", "/").rsplit("/", 1)[-1]) or title
