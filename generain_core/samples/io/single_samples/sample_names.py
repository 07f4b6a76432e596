"""Names of samples that lie in files of their own: the file's or its folder's, without what counting programs add."""

import re
from collections.abc import Sequence

_PACKED = r"\.(gz|txt|tsv|tab|tabular|csv|out|xlsx|parquet)"
_GALAXY = re.compile(r"Galaxy\d+-\[(?P<name>.+)\](\.\w+)?", re.IGNORECASE)
_ADDED = (
    r"reads_?per_?gene",
    r"rna_seq",
    r"augmented_star_gene_counts",
    r"star_gene_counts",
    r"(genes|isoforms)(\.results)?",
    r"results",
    r"quant(\.genes)?(\.sf)?",
    r"sf",
    r"abundance(\.gene)?",
    r"(gene|transcript)_abund(ances?)?",
    r"(ht_?seq|feature_?counts?|star|salmon|kallisto|rsem|stringtie)([._-]?counts?)?",
    r"(gene|read|raw)?[._-]?counts?",
    r"(fpkm|tpm|rpkm)(-uq)?",
    r"(genes\.)?fpkm_tracking",
    r"aligned\.sortedbycoord",
)
_SUFFIX = re.compile(rf"({_PACKED}|(^|[._-])({'|'.join(_ADDED)})|(?<=[a-z0-9])readspergene)$", re.IGNORECASE)
_GENERIC = {"", "counts", "star", "salmon", "kallisto", "rsem", "outs", "out", "results", "quant", "genes", "files", "data"}


def sample_name(file_name: str) -> str:
    """Return what a file's or folder's name says of its sample; '' where it only names the program.

    >>> sample_name("GSM1_ctrl.ReadsPerGene.out.tab.gz"), sample_name("quant.sf")
    ('GSM1_ctrl', '')
    """
    in_galaxy = _GALAXY.fullmatch(file_name)
    name = in_galaxy["name"] if in_galaxy else file_name
    while (shorter := _SUFFIX.sub("", name)) != name:
        name = shorter
    return name.strip("._- ")


def sample_names(paths: Sequence[str]) -> list[str]:
    """Return a name for each file's sample, no two alike: by the files, else by the folders, else by both."""
    parts = [path.replace("\\", "/").split("/") for path in paths]
    for level in range(1, max(map(len, parts), default=0) + 1):
        names = [sample_name(each[-level]) if level <= len(each) else "" for each in parts]
        if len(set(names)) == len(names) and not any(name.lower() in _GENERIC for name in names):
            return names
    joined = ["/".join(filter(None, map(sample_name, each))) for each in parts]
    return joined if len(set(joined)) == len(joined) and all(joined) else list(paths)
