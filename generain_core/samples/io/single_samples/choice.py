"""Which of many files are samples, and of which kind where there are several."""

import re
from collections.abc import Sequence

from generain_core.errors import GeneRAINError
from generain_core.samples.io.single_samples.sample_file import SampleFile
from generain_core.text import listed

_KNOWN = re.compile(
    r"(.*[._-])?(.*reads_?per_?gene\.out\.tab|quant(\.genes)?\.sf|abundance(\.gene)?\.tsv|.*\.(genes|isoforms)\.results|"
    r".*\.augmented_star_gene_counts\.tsv|.*gene_abund(ances?)?\.tab|genes\.fpkm_tracking|.*\.htseq(\.counts?|_counts?)?(\.txt)?)"
    r"(\.gz)?",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r".*\.(txt|tsv|csv|tab|counts?|out|results|sf|xlsx|parquet|tabular|featurecounts|htseq|genes)(\.gz)?|[^.]+", re.I
)
_BESIDE = re.compile(
    r"(.*[._-])?(log(\.(final|progress|std))?\.out|sj\.out\.tab|manifest\.(txt|tsv)|annotations\.txt|readme(\.\w+)?|.*\.summary|"
    r"md5(sums?)?\.txt|filelist\.txt|multiqc_.*|.*versions\.ya?ml)(\.gz)?",
    re.IGNORECASE,
)


def likely_samples(paths: Sequence[str]) -> list[str]:
    """Return the files that may hold samples by their names: those of counting programs, if there are any, else all tables."""
    last = {path: path.rsplit("/", 1)[-1] for path in paths}
    known = [path for path in paths if _KNOWN.fullmatch(last[path])]
    return known or [path for path in paths if _TABLE.fullmatch(last[path]) and not _BESIDE.fullmatch(last[path])]


def is_known(path: str) -> bool:
    """Say whether a file is called as a counting program calls what it writes of one sample."""
    return _KNOWN.fullmatch(path.rsplit("/", 1)[-1]) is not None


def of_one_kind(files: Sequence[SampleFile], name: str) -> tuple[list[SampleFile], list[str]]:
    """Return the files of one kind, and what is left aside, one sentence each; genes go before transcripts.

    Raises:
        GeneRAINError: there are files of two kinds, and nothing says which to take.
    """
    of_genes = [file for file in files if not file.of_transcripts and not file.program.endswith("isoforms")]
    aside = list[str]()
    if of_genes and len(of_genes) < len(files):
        left = [file.path for file in files if file not in of_genes]
        aside.append(f"Left aside as of transcripts: {listed(left)}.")
    taken = of_genes or list(files)
    kinds = list(dict.fromkeys(file.kind for file in taken))
    if len(kinds) > 1:
        sentences = [f"{_words(kind)} ({next(file.path for file in taken if file.kind == kind)})" for kind in kinds]
        raise GeneRAINError(f"{name} holds files of several kinds: {listed(sentences)}; give those of one kind together.")
    return taken, aside


def _words(kind: tuple[str, str]) -> str:
    program, measure = kind
    return " of ".join(filter(None, (measure, program))) or "tables of values"
