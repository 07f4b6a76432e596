"""What can be asked of two lists, of a list beside random ones, or in two vector sets; and sums of genes and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from generain_core.errors import GeneRAINError
from generain_core.facade.list_names import Names, origin_of
from generain_core.facade.lists import ListMethods
from generain_core.progress import Progress, silent

if TYPE_CHECKING:
    from generain_core.lists.shared_attributes import SharedAttributes
    from generain_core.lists.two_lists import TwoLists
    from generain_core.vectors.arithmetic import Arithmetic
    from generain_core.vectors.neighborhoods import Neighborhoods


class ComparisonMethods(ListMethods):
    """Methods that hold lists, or vector sets, against each other."""

    def compare(
        self,
        genes: Names,
        other: Names,
        *,
        draws: int = 999,
        seed: int = 0,
        vectors: str | None = None,
        progress: Progress = silent,
    ) -> TwoLists:
        """Hold two lists against each other: what they share, how near they are, which genes of one are nearest to the other.

        Raises:
            GeneRAINError: a list without a gene that has a vector, or fewer than 999 draws.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").compare("RPL3,RPL4,RPS6", "RPS6,TP53").shared
            ('RPS6',)
        """
        from generain_core.lists.two_lists import compare_lists

        first, second = (self.gene_list(each, vectors=vectors) for each in (genes, other))
        if first.name == second.name:
            first, second = replace(first, name=f"{first.name} 1"), replace(second, name=f"{second.name} 2")
        return compare_lists(self.atlas(vectors), first, second, draws, seed, progress)

    def shared_attributes(
        self,
        genes: Names,
        *,
        name: str | None = None,
        origin: str | None = None,
        draws: int = 999,
        seed: int = 0,
        progress: Progress = silent,
    ) -> SharedAttributes:
        """Find the predicted attributes that a list's genes share, beside random lists of like biotype and expression.

        Args:
            genes: the list.
            name, progress: as elsewhere.
            origin: how it came about, as in `coherence`: one chosen by similarity gets no p.
            draws, seed: of the random lists.

        Raises:
            GeneRAINError: no gene with predictions, fewer than 999 draws, or an unknown origin.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").shared_attributes("CD3D,CD3E,CD3G,CD2").genes
            4
        """
        from generain_core.lists.shared_attributes import shared_attributes

        listed = self._modeled(genes, name)
        known = listed.origin if origin is None else origin_of(origin)
        return shared_attributes(self.predictions, replace(listed, origin=known), draws, seed, progress)

    def neighborhoods(self, genes: Names, with_vectors: str, k: int = 50, *, vectors: str | None = None) -> Neighborhoods:
        """Hold the nearest genes of each gene in one vector set against those in another.

        Args:
            genes: a list.
            with_vectors: the other vector set, of those that `status` lists.
            k: neighbors of each gene.
            vectors: the first vector set; the published one without it.

        Raises:
            GeneRAINError: no gene with a vector in both, or the same set twice.

        Examples:
            >>> import generain_core as gr
            >>> generain = gr.open("assets/demo")
            >>> other = generain.status().attrs["vectors"][1]
            >>> generain.neighborhoods("RPL3,RPS6", other, k=20).table["gene"].tolist()
            ['RPL3', 'RPS6']
        """
        from generain_core.vectors.neighborhoods import compare_neighborhoods

        first, second = self.atlas(vectors), self.atlas(with_vectors)
        return compare_neighborhoods(first, second, self.gene_list(genes, vectors=vectors).genes, k)

    def sum_of(
        self,
        plus: Sequence[Names],
        minus: Sequence[Names] = (),
        k: int = 10,
        *,
        vectors: str | None = None,
        formula: Literal["unit", "raw"] = "unit",
        draws: int = 999,
        seed: int = 0,
    ) -> Arithmetic:
        """Find the genes nearest to a sum of terms less others, with p against random sums; a term is a gene or a list.

        Raises:
            GeneRAINError: a name that leads to no gene, an empty term, or a sum that is no direction.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").sum_of(["RPL3", "RPS6"], ["TP53"], k=3).table["rank"].tolist()
            [1, 2, 3]
        """
        from generain_core.vectors.arithmetic import arithmetic

        added, taken = ([self._term(each, vectors) for each in side] for side in (plus, minus))
        return arithmetic(self.atlas(vectors), added, taken, k, formula, draws, seed)

    def _term(self, names: Names, vectors: str | None) -> Sequence[str]:
        listed = self.gene_list(names, vectors=vectors)
        if not listed.genes:
            name, reason = next(iter(listed.missing.items()), ("", "it names no gene"))
            raise GeneRAINError(f"“{name[:60]}” can't be a term: {reason}; give a gene or a list.")
        return listed.genes
