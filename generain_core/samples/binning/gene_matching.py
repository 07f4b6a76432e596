"""From the identifiers of an upload to the genes that can be binned, and what that leaves out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.genes.spelling.placeholders import is_placeholder

FINE = 0.8
THIN = 0.5
"""Shares of the gene set that an upload should have. The models read the 2,048 genes of the highest bins: with 80 % of the
genes at least about 1,640 of these are the ones they would have read; with less than half, most are others."""

_NOT_GENES = (
    (r"ERCC-\d{5}", "ERCC spike-in control"),
    (r"SIRV\w*|R[12]_\d+_\d+|PhiX\w*", "spike-in control"),
    (r"__\w+|N_(unmapped|multimapping|noFeature|ambiguous)|Unassigned_\w+|no_feature|ambiguous|too_low_aQual|not_aligned"
     r"|alignment_not_unique|unmapped|\*", "line that a counting program adds"),
    (r"LRG_\d+", "locus reference genomic record: a second copy of a gene that has its own row"),
    (r"total(_?counts?|_?reads)?|sum", "total of other rows"),
    (r"(mm9|mm10|mm39|GRCm3[89]|rn[67])_+\S+", "gene of a mouse or rat, by the genome in its name"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _NOT_GENES)
NAMELESS = "row without a name"
Verdict = Literal["fine", "thin", "too thin to trust"]


class NameResolver(Protocol):
    """Says who names are, as `generain_core.genes.Resolver` does."""

    def resolve_many(self, names: Sequence[str], /) -> pd.DataFrame:
        """Return one row a name: input, status, gene, ensembl_gene, candidates, reason."""


@dataclass(frozen=True)
class Match:
    """What each row of an upload is.

    Attributes:
        rows: one row an identifier, in order: identifier, status (the resolver's; "set aside" if it is no gene), gene
            ("" unless it is binned or would be), reason and binned (bool).
        genes: genes to bin, in the order of their first row.
        ensembl: their Ensembl IDs, "" where unknown.
        of_gene: per row, the place of its gene in `genes`, -1 if it has none.
        counted: per row, whether it belongs to the depth total and to the expressed genes.
        missing: genes of the gene set that the upload lacks.
        coverage: share of the gene set that was found.
    """

    rows: pd.DataFrame
    genes: tuple[str, ...]
    ensembl: tuple[str, ...]
    of_gene: NDArray[np.int64]
    counted: NDArray[np.bool_]
    missing: tuple[str, ...]
    coverage: float

    @property
    def verdict(self) -> Verdict:
        """Return the coverage in a word: see `FINE` and `THIN`."""
        return "fine" if self.coverage >= FINE else "thin" if self.coverage >= THIN else "too thin to trust"

    @property
    def summed(self) -> dict[str, tuple[str, ...]]:
        """Return the genes with several rows, and their identifiers."""
        return {gene: names for gene, names in zip(self.genes, self.names, strict=True) if len(names) > 1}

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Return the identifiers of each gene."""
        names: tuple[list[str], ...] = tuple([] for _ in self.genes)
        for identifier, gene in zip(self.rows["identifier"], self.of_gene.tolist(), strict=True):
            if gene >= 0:
                names[gene].append(identifier)
        return tuple(map(tuple, names))

    def identifiers(self, *statuses: str) -> tuple[str, ...]:
        """Return the identifiers of some statuses, such as "set aside" or "ambiguous"."""
        return tuple(self.rows.loc[self.rows["status"].isin(statuses), "identifier"])


def match_genes(identifiers: Sequence[str], resolver: NameResolver, gene_set: Sequence[str]) -> Match:
    """Find the genes of a gene set (those with boundaries) among identifiers.

    Only a name that leads to one gene is matched; an ambiguous one is listed, not guessed. Spike-ins, summary lines of
    counting programs and LRG records (second copies of genes) that the resolver doesn't know either are set aside: they
    count neither for the depth nor as expressed genes.
    All other rows do: genes that the model leaves out, and unknown names too, for they may well be genes.

    Raises:
        GeneRAINError: not one gene is found.
    """
    resolved = resolver.resolve_many(list(identifiers))
    unknown = (resolved["status"] == "unknown").tolist()
    aside = [not_a_gene(name) if nobody else "" for name, nobody in zip(identifiers, unknown, strict=True)]
    counted = np.array([not reason for reason in aside], dtype=bool)
    gene = resolved["gene"].where(counted).fillna("").to_numpy(dtype=object)
    wanted = set(gene_set)
    binned = np.array([name in wanted for name in gene], dtype=bool)
    genes = tuple(dict.fromkeys(gene[binned].tolist()))
    if not genes:
        shown = ", ".join(str(name)[:30] for name in identifiers[:3])
        raise GeneRAINError(
            f"None of the {len(identifiers):,} identifiers (such as {shown}) is a gene of the model; "
            "give human gene symbols or Ensembl gene IDs."
        )
    place = {name: i for i, name in enumerate(genes)}
    first = resolved.loc[binned].drop_duplicates("gene")
    ensembl = tuple(str(each or "") for each in first["ensembl_gene"])
    status = np.where(counted, resolved["status"].astype(str), "set aside")
    reason = [words or known for words, known in zip(aside, resolved["reason"].fillna("").astype(str), strict=True)]
    rows = pd.DataFrame({"identifier": list(identifiers), "status": status, "gene": gene, "reason": reason, "binned": binned})
    of_gene = np.array([place.get(name, -1) for name in gene], dtype=np.int64)
    missing = tuple(name for name in gene_set if name not in place)
    return Match(rows, genes, ensembl, of_gene, counted, missing, len(genes) / len(gene_set))


def not_a_gene(identifier: str) -> str:
    """Return what a row is if it is recognizably no gene, else ''."""
    text = identifier.strip()
    if is_placeholder(text):
        return NAMELESS
    return next((words for pattern, words in _PATTERNS if pattern.fullmatch(text)), "")
