"""The genes and their vectors together: any name in, tables with symbols, Ensembl IDs and biotypes out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from generain_core.errors import GeneError
from generain_core.genes import Resolver
from generain_core.genes.biotypes import having_biotype
from generain_core.release.files import Release
from generain_core.vectors.matched_genes import Strata, strata_of
from generain_core.vectors.model_genes import open_gene_table, open_model_vectors
from generain_core.vectors.space import GeneSpace


def open_genes(release: Release) -> Resolver:
    """Open the gene table and its resolver. The model's genes are those of the published vectors, if they can be read."""
    resolver = Resolver(open_gene_table(release))
    resolver.orthologs = release.path("annotation/orthologs") if release.has("annotation/orthologs") else None
    resolver.accessions = release.path("annotation/hgnc") if release.has("annotation/hgnc") else None
    return resolver


@dataclass(frozen=True)
class Atlas:
    """A release's genes with one of its vector sets."""

    release: Release
    resolver: Resolver
    space: GeneSpace

    @classmethod
    def open(cls, release: Release, vectors: str | None = None, resolver: Resolver | None = None) -> "Atlas":
        """Open a vector set by name (default: the published one).

        Raises:
            ReleaseError: no vectors, none of that name, or files that are not as published.
        """
        return cls(release, resolver or open_genes(release), open_model_vectors(release, vectors))

    def gene(self, name: str) -> str:
        """Return the one gene of this vector set that a name means.

        Raises:
            GeneError: no gene, several genes, a gene outside the model, or outside this vector set.
        """
        found = self.resolver.resolve(name)
        if found.gene is None:
            closest = f" Close to it: {', '.join(found.suggestions)}." if found.suggestions else ""
            raise GeneError(f"{found.reason.rstrip('.')}.{closest}")
        self.space.row(found.gene)
        return found.gene

    def among(self, biotype: str | None) -> np.ndarray | None:
        """Return which genes of the vector set have a biotype (bool per gene): ``coding``, ``lncRNA`` or the release's own word.

        Raises:
            GeneError: no gene of the vector set has this biotype.
        """
        if biotype is None:
            return None
        return having_biotype(self.described["biotype"], self.biotype_classes, biotype, self.space.name)

    @cached_property
    def described(self) -> pd.DataFrame:
        """Return the gene table's rows for the genes of the vector set, in its order; unknown genes have empty words."""
        frame = self.resolver.table.frame.reindex(list(self.space.genes))
        words = ["ensembl_gene", "biotype"]
        frame[words] = frame[words].fillna("")
        return frame

    @cached_property
    def biotype_classes(self) -> np.ndarray:
        """Return ``coding``, ``lncRNA``, ``other`` or ``unknown`` for each gene of the vector set."""
        classes = self.resolver.table.biotype_classes.reindex(list(self.space.genes))
        return classes.fillna("unknown").to_numpy(object)

    @cached_property
    def strata(self) -> Strata:
        """Return the genes in strata of one biotype class and like mean expression."""
        return strata_of(self)

    def neighbors(self, name: str, k: int = 20, biotype: str | None = None) -> pd.DataFrame:
        """Return the most similar genes: gene, ensembl_gene, biotype, cosine, rank, reciprocal_rank, percentile."""
        found = self.space.neighbors(self.gene(name), k, self.among(biotype))
        return self.named(found)[["gene", "ensembl_gene", "biotype", "cosine", "rank", "reciprocal_rank", "percentile"]]

    def analogy(self, a: str, b: str, c: str, k: int = 10, formula: str = "unit") -> pd.DataFrame:
        """Return the genes that are to c as b is to a: gene, ensembl_gene, biotype, cosine, rank; see `GeneSpace.analogy`."""
        return self.named(self.space.analogy(self.gene(a), self.gene(b), self.gene(c), k, formula))

    def named(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the table with the columns ensembl_gene and biotype behind its column gene."""
        known = self.resolver.table.frame.reindex(list(table["gene"]))
        result = table.copy()
        result.insert(1, "ensembl_gene", known["ensembl_gene"].fillna("").to_numpy())
        result.insert(2, "biotype", known["biotype"].fillna("").to_numpy())
        return result
