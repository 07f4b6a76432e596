"""Predicted attributes and who the genes are: from a gene to its attributes, from an attribute to its genes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from generain_core.attributes.highest import highest
from generain_core.attributes.order.proof import OrderProof
from generain_core.attributes.order.recorded import order_proof
from generain_core.attributes.similar import leaders_of
from generain_core.attributes.store.attribute_store import AttributeStore, find_attribute, open_store
from generain_core.errors import GeneError, GeneRAINError
from generain_core.genes import Resolver
from generain_core.genes.biotypes import having_biotype
from generain_core.progress import Progress
from generain_core.release.files import Release
from generain_core.vectors.atlas import open_genes

ORDERS = ("probability", "percentile")
_RESERVED = ("gene", "attribute", "probability", "percentile", "rank", "median", "alike", "alike_attributes", "known")


@dataclass(frozen=True, eq=False)
class Predictions:
    """A release's predictions with its genes. Open it with `Predictions.open`."""

    release: Release
    resolver: Resolver
    store: AttributeStore

    @property
    def space(self) -> AttributeStore:
        """Return the genes with predictions, as an atlas returns those with vectors."""
        return self.store

    @classmethod
    def open(
        cls,
        release: Release,
        resolver: Resolver | None = None,
        progress: Progress | None = None,
        *,
        ranked: bool = True,
    ) -> "Predictions":
        """Open the predictions; the first time they are converted, which takes a while. For the arguments see `open_store`.

        Raises:
            ReleaseError: no predictions, a file that is not as published, or no room on the disk.
        """
        store = open_store(release, progress, ranked=ranked)
        return cls(release, resolver or open_genes(release), store)

    @cached_property
    def order(self) -> OrderProof:
        """Return what speaks for it that the predictions are of these genes; examined once, which takes some seconds.

        Raises:
            ReleaseError: gene sets of the release that can't be read.
        """
        return order_proof(self.release, self.store)

    @property
    def warnings(self) -> list[str]:
        """Return what to be told before predictions are believed: that their order of genes could not be proved."""
        doubtful = self.order.refuted or (self.order.agreement is not None and not self.order.proved)
        return [f"Predictions may belong to other genes than they say: {self.order}."] if doubtful else []

    @property
    def notes(self) -> list[str]:
        """Return what was noted when the table was read: pairs without a probability among it."""
        empty = len(self.store.table) * len(self.store.genes) - int(self.store.counts.sum())
        are = "pair of a gene and an attribute has" if empty == 1 else "pairs of a gene and an attribute have"
        return [*self.store.notes, *([f"{empty:,} {are} no probability in the table, and none here."] if empty else [])]

    def gene(self, name: str) -> str:
        """Return the one gene with predictions that a name means.

        Raises:
            GeneError: no gene, several genes, or a gene without predictions.
        """
        found = self.resolver.resolve(name)
        if found.gene is None or found.gene not in self.store:
            if found.input in self.store:
                return found.input
            if found.gene is not None:
                self.store.row(found.gene)
            closest = f" Close to it: {', '.join(found.suggestions)}." if found.suggestions else ""
            raise GeneError(f"{found.reason.rstrip('.')}.{closest}")
        return found.gene

    def attribute(self, name: str) -> str:
        """Return the one attribute that a name means.

        Raises:
            GeneRAINError: none or several.
        """
        return find_attribute(self.store, name)

    @cached_property
    def described(self) -> pd.DataFrame:
        """Return the gene table's rows for the genes with predictions, in their order; unknown genes have empty words."""
        frame = self.resolver.table.frame.reindex(list(self.store.genes))
        words = ["ensembl_gene", "biotype"]
        frame[words] = frame[words].fillna("")
        return frame

    @cached_property
    def biotype_classes(self) -> np.ndarray:
        """Return ``coding``, ``lncRNA``, ``other`` or ``unknown`` for each gene with predictions."""
        classes = self.resolver.table.biotype_classes.reindex(list(self.store.genes))
        return classes.fillna("unknown").to_numpy(object)

    def among(self, biotype: str | None) -> np.ndarray:
        """Return which genes have a biotype (bool per gene); all without one.

        Raises:
            GeneError: no gene has this biotype.
        """
        if biotype is None:
            return np.ones(len(self.store.genes), bool)
        return having_biotype(self.described["biotype"], self.biotype_classes, biotype, "the predictions")

    @cached_property
    def metadata(self) -> pd.DataFrame:
        """Return the release's own columns, one row an attribute; names that results use get a mark."""
        table = self.store.table
        return table.rename(columns={c: f"{c} (release)" for c in table.columns if c in _RESERVED})

    def chosen(
        self,
        search: str = "",
        facets: Mapping[str, Sequence[str]] | None = None,
        least_reliable: float = 0.0,
        ranges: Mapping[str, tuple[float, float]] | None = None,
    ) -> np.ndarray:
        """Return which attributes have all words of a search in their name or metadata, and these facets (bool per attribute).

        Args:
            search: words, in any case.
            facets: column of the store's table → the values to keep; no values keep all.
            least_reliable: the smallest value of the reliability column; attributes without one are left out then.
            ranges: column of numbers → the smallest and the largest value to keep; attributes without a value are left out.

        Raises:
            GeneRAINError: no such column, or one that holds no numbers.
        """
        table = self.store.table
        mask = np.ones(len(table), bool)
        for word in search.casefold().split():
            mask &= np.fromiter((word in text for text in self._searched), bool, len(table))
        for column, values in (facets or {}).items():
            if column not in table.columns:
                raise GeneRAINError(_no_column("column", column, self.store.roles.facets))
            if values:
                mask &= table[column].astype(str).isin(list(values)).to_numpy()
        for column, (least, most) in (ranges or {}).items():
            if column not in table.columns or table[column].dtype.kind not in "iuf":
                raise GeneRAINError(_no_column("numbers", column, self.store.roles.numbers))
            mask &= table[column].between(least, most).to_numpy()
        if least_reliable > 0 and self.store.roles.reliability:
            mask &= (table[self.store.roles.reliability] >= least_reliable).to_numpy()
        return mask

    @cached_property
    def _searched(self) -> list[str]:
        facets = self.store.table[list(self.store.roles.facets)].astype(str)
        columns = [self.store.attributes.str.casefold(), *(facets[c].str.casefold() for c in facets)]
        return [" ".join(parts) for parts in zip(*columns, strict=True)]

    def of_gene(
        self, name: str, k: int = 50, *, by: str = "probability", among: np.ndarray | None = None, folded: bool = False
    ) -> pd.DataFrame:
        """Return a gene's attributes, the highest first.

        Columns: ``attribute``, ``probability``, ``percentile`` (per cent of the other genes whose probability is lower),
        ``rank`` (1 + genes whose probability is higher), ``median`` (of all genes in this attribute), the release's own
        columns; with `folded`, ``alike`` and ``alike_attributes``: how many further attributes of the list are nearly the
        same over all genes, and which.

        Args:
            name: any name of the gene.
            k: how many.
            by: ``probability`` or ``percentile``; equal ones by the other, then in the order of the release.
            among: bool per attribute, to show only these.
            folded: whether attributes that are nearly the same as one before them are left out and counted there.

        Raises:
            GeneError: no gene with predictions.
            GeneRAINError: k below 1, or an unknown order.
        """
        if k < 1:
            raise GeneRAINError(f"{k} attributes were asked for; ask for 1 or more.")
        if by not in ORDERS:
            raise GeneRAINError(f"Attributes can't be sorted by “{by[:40]}”; choose {' or '.join(ORDERS)}.")
        gene = self.gene(name)
        store, row = self.store, self.store.row(gene)
        probabilities = np.asarray(store.by_gene[row])
        percentiles = store.percentiles(gene)
        first, second = (probabilities, percentiles) if by == "probability" else (percentiles, probabilities)
        order = np.lexsort((-second, -first))
        kept = ~np.isnan(probabilities) if among is None else among & ~np.isnan(probabilities)
        order = order[kept[order]]
        leaders, alike = leaders_of(store, order, k) if folded else (order[:k], None)
        plain = np.asarray(store.by_attribute)  # without the ways of a memory map, which cost time at each slice
        higher = [np.count_nonzero(plain[i] > probabilities[i]) for i in leaders]
        table = pd.DataFrame(
            {
                "attribute": store.attributes[leaders],
                "probability": probabilities[leaders].astype(np.float64),
                "percentile": percentiles[leaders],
                "rank": np.array(higher, np.int64) + 1,
                "median": store.medians[leaders],
            }
        )
        store.let_go()
        if alike is not None:
            names = [[str(store.attributes[m]) for m in members] for members in alike]
            table = table.assign(alike=list(map(len, names)), alike_attributes=list(map("; ".join, names)))
        return pd.concat([table, self.metadata.iloc[leaders].reset_index(drop=True)], axis=1)

    def of_attribute(
        self, name: str, k: int = 50, biotype: str | None = None, *, without: np.ndarray | None = None
    ) -> pd.DataFrame:
        """Return an attribute's genes, the most probable first.

        Columns: ``gene``, ``ensembl_gene``, ``biotype``, ``probability``, ``percentile`` and ``rank``, both among all genes
        also where a biotype is chosen. Equal probabilities keep the order of the release. Genes of `without` (bool per gene)
        are left out.

        Raises:
            GeneRAINError: no such attribute, no gene of this biotype, or k below 1.
        """
        if k < 1:
            raise GeneRAINError(f"{k} genes were asked for; ask for 1 or more.")
        values = self.probabilities(name)
        ranked = np.sort(values[~np.isnan(values)])
        allowed = self.among(biotype) & ~np.isnan(values)
        rows = highest(values, allowed if without is None else allowed & ~without, k)
        return self.named(rows).assign(
            probability=values[rows].astype(np.float64),
            percentile=100 * np.searchsorted(ranked, values[rows], "left") / max(len(ranked) - 1, 1),
            rank=len(ranked) - np.searchsorted(ranked, values[rows], "right") + 1,
        )

    def probabilities(self, name: str) -> np.ndarray:
        """Return an attribute's probability for each gene (float32; NaN where there is none).

        Raises:
            GeneRAINError: no such attribute.
        """
        values = np.array(self.store.by_attribute[self.place(name)])
        self.store.let_go()
        return values

    def place(self, name: str) -> int:
        """Return the row of an attribute in the store.

        Raises:
            GeneRAINError: no such attribute.
        """
        return self.store.place(self.attribute(name))

    def standing(self, attribute: str, genes: Sequence[str]) -> pd.DataFrame:
        """Return where some genes stand among all in an attribute.

        Columns: ``gene``, ``ensembl_gene``, ``biotype``, ``probability``, ``percentile``, ``rank`` (1 + genes whose
        probability is higher).

        Args:
            attribute: as the store calls it.
            genes: of the store.
        """
        place, store = self.store.place(attribute), self.store
        rows = np.array([store.row(gene) for gene in genes], np.intp)
        values = np.asarray(store.by_attribute[place])
        return self.named(rows).assign(
            probability=values[rows].astype(np.float64),
            percentile=[store.percentiles(gene)[place] for gene in genes],
            rank=[1 + int(np.count_nonzero(values > values[row])) for row in rows],
        )

    def named(self, rows: np.ndarray) -> pd.DataFrame:
        """Return the columns gene, ensembl_gene and biotype of some genes of the store."""
        known = self.described.iloc[rows]
        return pd.DataFrame(
            {
                "gene": [self.store.genes[i] for i in rows],
                "ensembl_gene": known["ensembl_gene"].to_numpy(),
                "biotype": known["biotype"].to_numpy(),
            }
        )


def _no_column(kind: str, column: str, known: Sequence[str]) -> str:
    return f"Attributes have no {kind} “{column[:40]}” to choose by; there is {', '.join(known) or 'none'}."
