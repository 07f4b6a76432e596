"""Tables as counting programs write them: which of their columns are samples."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from generain_core.samples.io.columns import Column
from generain_core.samples.io.formats.star_counts import FOOTERS
from generain_core.samples.io.raw_table import Parsed

_FEATURE_COUNTS = ["geneid", "chr", "start", "end", "strand", "length"]
_SUFFIXES = re.compile(r"(\.sorted|\.dedup|\.markdup|Aligned\.sortedByCoord\.out|\.Aligned\.out)*\.(bam|sam|cram)$")
_RECOUNT = (
    "recount3 sums the coverage of bases: values are about as many times the reads as these are long. Each sample is scaled to "
    "one depth, so that this changes no bin."
)
_OF_GDC = ("stranded_first", "stranded_second", "tpm_unstranded", "fpkm_unstranded", "fpkm_uq_unstranded")
_GDC = "STAR counts of the Genomic Data Commons"


@dataclass(frozen=True)
class _OneSample:
    """A program that writes one sample a file: by which columns it is told, which is taken, and what that one holds."""

    program: str
    told_by: frozenset[str]
    taken: str
    words: str
    beside: tuple[str, ...] = ("tpm", "fpkm")


@dataclass(frozen=True)
class OfProgram:
    """What of a table's columns holds values of samples.

    Attributes:
        columns: names, texts, and the values that are taken.
        program: that wrote the table, in words; '' if it can't be told.
        notes: what was decided, one sentence each.
        quantities: where a file is one sample of several quantities, each by its title as written; the taken one first.
    """

    columns: Sequence[Column]
    program: str = ""
    notes: Sequence[str] = ()
    quantities: Mapping[str, np.ndarray] = field(default_factory=dict)


_PROGRAMS = (
    _OneSample("RSEM", frozenset({"expected_count", "tpm", "transcript_id(s)"}), "expected_count", "estimated counts"),
    _OneSample("RSEM isoforms", frozenset({"expected_count", "tpm", "isopct"}), "expected_count", "estimated counts"),
    _OneSample("RSEM", frozenset({"expected_count", "tpm"}), "expected_count", "estimated counts"),
    _OneSample("salmon", frozenset({"numreads", "effectivelength"}), "numreads", "estimated counts"),
    _OneSample("kallisto", frozenset({"est_counts", "eff_length"}), "est_counts", "estimated counts"),
    _OneSample(_GDC, frozenset({"unstranded", "stranded_first", "stranded_second"}), "unstranded", "unstranded counts", _OF_GDC),
    _OneSample("StringTie", frozenset({"gene id", "coverage", "fpkm", "tpm"}), "tpm", "TPM", ("fpkm",)),
    _OneSample("Cufflinks", frozenset({"tracking_id", "fpkm", "fpkm_conf_lo"}), "fpkm", "FPKM", ()),
)


def by_program(columns: Sequence[Column], comments: str, stem: str) -> OfProgram:
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
        said = ["Samples are named by their BAM files without folder and ending."] if changed else []
        return OfProgram(renamed, "featureCounts", said)
    for each in _PROGRAMS:
        if each.told_by <= set(names) and names.count(each.taken) == 1:
            title, taken = columns[names.index(each.taken)]
            kept = [(title, values) for title, values in columns if values.dtype == object]
            note = f"Of {each.program}'s columns the {each.words} ({each.taken}) were taken; the file is one sample, {stem}."
            beside = {t: v for t, v in columns if t.lower() in each.beside and v.dtype != object and taken.dtype != object}
            return OfProgram([*kept, (stem, taken)], each.program, [note], {title: taken} | beside if beside else {})
    if re.search(r"annotation=\w+", comments) and "date.generated=" in comments:
        return OfProgram(columns, "recount3", [_RECOUNT])
    last = columns[0][1][-8:].tolist() if columns and columns[0][1].dtype == object else []
    if any(isinstance(v, str) and v.startswith("__no_feature") for v in last):
        return OfProgram(columns, "htseq-count")
    merged = names[:2] == ["gene_id", "gene_name"]
    return OfProgram(columns, "salmon or RSEM, merged over samples" if merged else "")


def with_quantities(parsed: Parsed, of_program: OfProgram) -> Parsed:
    """Return a table of one sample with all its quantities as layers, of which the one that was taken is read.

    Reads that are of no gene have no TPM, which is then 0.
    """
    rows, layer = len(parsed.rows), parsed.layers.get("values")
    if not of_program.quantities or layer is None or layer.values.shape[1] != 1:
        return parsed
    none = np.array([name in FOOTERS for name in parsed.rows])
    layers = {
        title: replace(layer, values=np.where(none & np.isnan(values[:rows]), 0, values[:rows])[:, None])
        for title, values in of_program.quantities.items()
    }
    return replace(parsed, layers=layers, chosen=next(iter(layers)))


def _sample_of_path(title: str) -> str:
    return _SUFFIXES.sub("", title.replace("\\", "/").rsplit("/", 1)[-1]) or title
