"""Every gene the release and its annotation know: the model's genes first, then those it leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from generain_core.errors import ReleaseError
from generain_core.genes.assemble import assemble
from generain_core.genes.biotypes import BiotypeClass, biotype_class
from generain_core.genes.membership import COLUMN, absences
from generain_core.genes.not_modeled import left_out_reasons
from generain_core.genes.record_linkage import Registry
from generain_core.genes.sources import Sources, default_model_genes
from generain_core.release.files import GENE_SETS, Release


@dataclass(frozen=True)
class GeneTable:
    """All known genes, their Ensembl IDs and their other names. Build it with `GeneTable.build`.

    Attributes:
        frame: one row a gene, indexed by its name, the model's genes first and in model order. Columns: ensembl_gene,
            biotype, mean and sd (log10 depth-scaled counts, NaN if unknown), chromosome, start, end (Int64), strand,
            description, hgnc_id, entrez, aliases ('|' between), in_model, left_out ('' for model genes), and
            missing_coding_lncrna and missing_gene2vec, why the models of these sets do not know it ('' where they do).
        ensembl_ids: Ensembl ID → gene name, second IDs of a gene too.
        names: other names, with columns name, gene and kind.
        problems: one sentence on each file that was malformed and left out.
    """

    frame: pd.DataFrame
    ensembl_ids: Mapping[str, str]
    names: pd.DataFrame
    problems: tuple[str, ...] = ()

    @classmethod
    def build(cls, release: Release, model_genes: Sequence[str] | None = None, *, tolerant: bool = False) -> "GeneTable":
        """Join all files of a release that say something about genes.

        Args:
            release: the release; each of the files may be missing.
            model_genes: names of the model's genes in model order. Without them, those of the token index whose
                mean expression is above the cut-off.
            tolerant: go on without malformed files and tell of them in `problems`.

        Raises:
            ReleaseError: a file is malformed, a model gene is listed twice, or nothing says which genes the model has.
        """
        sources = Sources.read(release, tolerant=tolerant)
        genes = list(model_genes) if model_genes is not None else default_model_genes(sources)
        return _build(sources, genes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return `problems`, and a sentence if the release tells the kind of some model genes but not of many others."""
        unknown = self.model["biotype"].eq("")
        if not 0.05 * len(unknown) < unknown.sum() < len(unknown):
            return self.problems
        sentence = (
            f"{int(unknown.sum()):,} of {len(unknown):,} genes of the model are not in genes_meta.tsv, which may be incomplete"
        )
        return (*self.problems, f"{sentence}: their biotype is not known.")

    @cached_property
    def model(self) -> pd.DataFrame:
        """Return the model's genes, in model order."""
        return self.frame.iloc[: int(self.frame["in_model"].sum())]

    @cached_property
    def biotype_classes(self) -> pd.Series:
        """Return the kind of every gene of `frame`: coding, lncRNA, other or unknown."""
        return self.frame["biotype"].map(biotype_class)

    def biotype_class(self, gene: str) -> BiotypeClass:
        """Return the kind of a gene: coding, lncRNA, other or unknown; unknown for names that are not in the table."""
        return biotype_class(str(self.frame["biotype"].get(gene, "")))


def _build(sources: Sources, model_genes: list[str]) -> GeneTable:
    registry = Registry()
    for gene in model_genes:
        registry.add(gene)
    if len(registry.names) != len(model_genes):
        twice = next(g for i, g in enumerate(model_genes) if registry.row[g] != i)
        raise ReleaseError(f"The model's genes should be listed once each, but {twice[:40]} is listed twice.")
    frame, ids, names = assemble(registry, sources)
    size = len(model_genes)
    tokens = set(sources.tokens or ())
    rest = frame.iloc[size:]
    evidence = zip(rest["biotype"], rest["mean"], [g in tokens for g in rest.index], rest["has_row"], strict=True)
    in_model = [True] * size + [False] * len(rest)
    frame = frame.drop(columns="has_row").assign(in_model=in_model, left_out=[""] * size + left_out_reasons(evidence))
    for name in GENE_SETS:
        missing = absences(frame.index.tolist(), in_model, names, sources.indexed.get(name), sources.bounded.get(name))
        frame[COLUMN.format(name)] = np.array(missing, dtype=object)
    return GeneTable(frame, MappingProxyType(ids), names, sources.problems)
