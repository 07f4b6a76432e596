"""Tables as counting programs write them: which of their columns are samples."""

import re
from collections.abc import Sequence

from generain_core.samples.io.columns import Column

_FEATURE_COUNTS = ["geneid", "chr", "start", "end", "strand", "length"]
_SUFFIXES = re.compile(r"(\.sorted|\.dedup|\.markdup|Aligned\.sortedByCoord\.out|\.Aligned\.out)*\.(bam|sam|cram)$")


def by_program(columns: Sequence[Column], comments: str, stem: str) -> tuple[list[Column], str, list[str]]:
    """Keep what holds values of samples, and name the program if it can be told.

    featureCounts names samples by the path of a BAM file; RSEM writes counts, TPM and FPKM of one sample; salmon TPM and
    counts of one sample; STAR three countings of one sample, to which the Genomic Data Commons adds TPM and FPKM;
    htseq-count two columns and footers that start with ``__``.

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
    for program, counts, beside in (("RSEM", "expected_count", "tpm"), ("salmon", "numreads", "effectivelength")):
        if {counts, beside} <= set(names):
            kept = [(title, v) for title, v in columns if v.dtype == object]
            note = f"Of {program}'s columns the estimated counts ({counts}) were taken; the file is one sample, {stem}."
            return [*kept, (stem, columns[names.index(counts)][1])], program, [note]
    if {"unstranded", "stranded_first", "stranded_second"} <= set(names):
        kept = [(title, values) for title, values in columns if values.dtype == object]
        note = f"Of the file's countings, TPM and FPKM the unstranded counts were taken; the file is one sample, {stem}."
        return [*kept, (stem, columns[names.index("unstranded")][1])], "STAR counts of the Genomic Data Commons", [note]
    first = columns[0][1][:4].tolist() if columns and columns[0][1].dtype == object else []
    if len(columns) == 4 and first == ["N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous"]:
        note = f"Of STAR's three countings the unstranded one was taken; the file is one sample, {stem}."
        return [columns[0], (stem, columns[1][1])], "STAR ReadsPerGene", [note]
    last = columns[0][1][-8:].tolist() if columns and columns[0][1].dtype == object else []
    footers = any(isinstance(v, str) and v.startswith("__no_feature") for v in last)
    if footers:
        return list(columns), "htseq-count", []
    merged = names[:2] == ["gene_id", "gene_name"]
    return list(columns), "salmon or RSEM, merged over samples" if merged else "", []


def _sample_of_path(title: str) -> str:
    return _SUFFIXES.sub("", title.replace("\\", "/").rsplit("/", 1)[-1]) or title
