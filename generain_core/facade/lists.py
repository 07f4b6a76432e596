"""What can be asked of lists of genes: lists, coherence, expand, enrich, explain."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from generain_core.errors import GeneRAINError
from generain_core.facade.list_names import Names, origin_of, path_of, words_of
from generain_core.facade.opened import Opened
from generain_core.progress import Progress, silent

if TYPE_CHECKING:
    from generain_core.lists.coherence import Coherence
    from generain_core.lists.enrichment import Enrichment
    from generain_core.lists.expansion import Expansion
    from generain_core.lists.explanation import Explanation
    from generain_core.lists.gene_list import GeneList, Origin


class ListMethods(Opened):
    """Methods about lists of genes."""

    def gene_list(self, names: Names, *, name: str | None = None, vectors: str | None = None) -> GeneList:
        """Resolve a list of genes.

        Args:
            names: a file, names with commas, or a collection; of a GMT file with several sets, `name` tells which.
            name: what the list is called; of a GMT file, the set to take.
            vectors: a vector set that `status` lists; genes without a vector in it are said to be missing.

        Raises:
            GeneRAINError: the file can't be read, or has several sets and none was named.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").gene_list("RPL3, RPS6, no-such-gene").genes
            ('RPL3', 'RPS6')
        """
        from generain_core.lists.gene_list import resolve_list

        title, words, origin = self._named_list(names, name)
        return resolve_list(words, self.resolver, name=title, origin=origin, within=self.atlas(vectors).space.genes)

    def lists(
        self,
        files: Sequence[Names],
        op: Literal["union", "intersection", "difference"] | None = None,
        output: str | os.PathLike[str] | None = None,
        *,
        name: str | None = None,
        origin: str | None = None,
    ) -> list[GeneList]:
        """Resolve lists and combine them; `output` names a GMT file to write as well, which says how each list came about.

        Args:
            files: lists; a GMT file gives each of its sets.
            op: ``union``, ``intersection``, or ``difference`` (the first without the others); without it lists stay as they are.
            output: a GMT file.
            name: the set to take of a GMT file.
            origin: how the lists came about, of `Origin`; without it what their files say, or else by the user.

        Raises:
            GeneRAINError: a file can't be read, or an unknown operation or origin.

        Examples:
            >>> import generain_core as gr
            >>> [both] = gr.open("assets/demo").lists(["RPL3,RPS6", "RPS6,TP53"], op="intersection")
            >>> both.genes
            ('RPS6',)
        """
        from generain_core.attributes.gmt import gmt_bytes
        from generain_core.lists.gene_list import combine, resolve_list
        from generain_core.lists.workspace import unique_title
        from generain_core.release.provenance import provenance
        from generain_core.storage.atomic import atomic_write, check_target

        if output is not None:
            check_target(Path(output))
        known = None if origin is None else origin_of(origin)
        resolved: dict[str, GeneList] = {}
        for number, each in enumerate(files, 1):
            for title, words, noted in self._all_lists(each, name, f"list {number}"):
                own = unique_title(title, resolved)
                resolved[own] = resolve_list(words, self.resolver, name=own, origin=known or noted)
        answer = list(resolved.values()) if op is None else [combine(list(resolved.values()), op)]
        if output is not None:
            sets, notes = {each.name: each.genes for each in answer}, {each.name: each.origin.note for each in answer}
            content = gmt_bytes(sets, provenance(self.release, "gene lists"), notes)
            with atomic_write(Path(output)) as working:
                working.write_bytes(content)
        return answer

    def coherence(
        self,
        genes: Names,
        *,
        name: str | None = None,
        origin: str | None = None,
        draws: int = 999,
        seed: int = 0,
        vectors: str | None = None,
        progress: Progress = silent,
    ) -> Coherence:
        """Ask whether the genes of a list are more alike than matched random genes.

        Args:
            genes: the list.
            name, vectors, progress: as elsewhere.
            origin: how it came about, of `Origin`; without it what its file says, or else by the user. One chosen by similarity
                (``neighbors``, ``expansion`` …) gets no p.
            draws, seed: of the random lists.

        Returns:
            mean_cosine of all pairs, null_mean and null_sd over random lists of like biotype and expression, p_value.

        Raises:
            GeneRAINError: fewer than two genes with a vector, fewer than 999 draws, or an unknown origin.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").coherence("RPL3,RPL4,RPL5,RPS6").p_value
            0.001
        """
        from generain_core.lists.coherence import coherence

        listed = self._some(genes, name, vectors)
        known = listed.origin if origin is None else origin_of(origin)
        return coherence(self.atlas(vectors), replace(listed, origin=known), draws, seed, progress)

    def expand(
        self,
        genes: Names,
        k: int = 50,
        *,
        method: Literal["centroid", "ranks"] = "centroid",
        name: str | None = None,
        vectors: str | None = None,
    ) -> Expansion:
        """Find genes that belong to a list too, with the share of its own that would be found had they been left out.

        Examples:
            >>> import generain_core as gr
            >>> len(gr.open("assets/demo").expand("RPL3,RPL4,RPL5,RPS6", k=5).table)
            5
        """
        from generain_core.lists.expansion import expand

        return expand(self.atlas(vectors), self._some(genes, name, vectors), k, method)

    def enrich(
        self,
        genes: Names | Mapping[str, float],
        sets: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
        *,
        background: Names | None = None,
        ranked: bool = False,
        score: str | None = None,
        of: str | None = None,
        name: str | None = None,
    ) -> Enrichment:
        """Find the gene sets that are over-represented in a list, or at the top of a ranked one.

        Args:
            genes: the list; with `ranked`, a table with the columns gene and score, or a mapping of these.
            sets: GMT files, each a library.
            background: the genes that could have been on the list; without it all genes of the model.
            ranked: whether the list is a ranking.
            score: the column to rank by, the highest first, where the table has several columns of numbers.
            of: which ranking, where the table holds those of several perturbations, contrasts or clusters.
            name: the set to take, where the list is a GMT file.

        Raises:
            GeneRAINError: a file can't be read, no set, or no gene of the list in the background.

        Examples:
            >>> import generain_core as gr
            >>> sets = "assets/demo/data/examples/demo_gene_sets.gmt"
            >>> gr.open("assets/demo").enrich("RPL3,RPL4,RPL5,RPS6", sets).table["overlap"].max()
            np.int64(4)
        """
        from generain_core.lists.enrichment import over_representation, rank_enrichment
        from generain_core.lists.list_files import read_libraries
        from generain_core.lists.ranked.ranking_files import read_ranking

        files = [sets] if isinstance(sets, str | os.PathLike) else list(sets)
        resolved = read_libraries([Path(file) for file in files], self.resolver)
        if ranked or isinstance(genes, Mapping):
            path = None if isinstance(genes, Mapping) else path_of(genes)
            if path is None and not isinstance(genes, Mapping):
                raise GeneRAINError("A ranked list is a table with the columns gene and score; give its file.")
            scores = genes if isinstance(genes, Mapping) else read_ranking(path, self.resolver, score, of) if path else {}
            by_gene, missing = self._resolved_scores(scores)
            return rank_enrichment(by_gene, resolved, missing)
        listed = self._modeled(genes, name)
        universe = self.resolver.table.model.index if background is None else self._modeled(background, None).genes
        return replace(over_representation(listed.genes, resolved, universe, listed.missing), origin=listed.origin)

    def explain(
        self,
        genes: Names,
        other: str | None = None,
        *,
        name: str | None = None,
        origin: str | None = None,
        vectors: str | None = None,
        progress: Progress = silent,
    ) -> Explanation:
        """Say why two genes, or those of a list, are alike: place, family, shared attributes, shared neighbors, expression.

        A list of an `origin` by similarity, which its file may say, gets no p, as in `coherence`.

        Raises:
            GeneRAINError: fewer than two different genes, or more than 2,000.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").explain("RPL3", "RPS6").genes
            ('RPL3', 'RPS6')
        """
        from generain_core.attributes.order.recorded import RefutedOrder
        from generain_core.lists.explanation import explain
        from generain_core.lists.gene_list import Origin

        atlas = self.atlas(vectors)
        try:
            predictions = self.predictions if self.release.has("attributes") else None
        except RefutedOrder:  # then attributes are no reason
            predictions = None
        listed = None if other is not None else self._some(genes, name, vectors)
        names = [atlas.gene(str(genes)), atlas.gene(str(other))] if listed is None else listed.genes
        known = origin_of(origin or (Origin.USER if listed is None else listed.origin))
        return explain(atlas, predictions, names, by_similarity=known.by_similarity, progress=progress)

    def _modeled(self, names: Names, name: str | None) -> GeneList:
        from generain_core.lists.gene_list import refuse_unknown, resolve_list

        title, words, origin = self._named_list(names, name)
        return refuse_unknown(resolve_list(words, self.resolver, name=title, origin=origin))

    def _some(self, names: Names, name: str | None, vectors: str | None) -> GeneList:
        """Return a list that has a gene with a vector."""
        from generain_core.lists.gene_list import refuse_unknown

        return refuse_unknown(self.gene_list(names, name=name, vectors=vectors))

    def _resolved_scores(self, scores: Mapping[str, float]) -> tuple[dict[str, float], dict[str, str]]:
        """Return scores by gene of the model, the first where several names lead to one gene, and names that lead to none."""
        table = self.resolver.resolve_many(scores)
        by_gene: dict[str, float] = {}
        missing: dict[str, str] = {}
        for name, gene, reason in zip(scores, table["gene"], table["reason"], strict=True):
            if gene is None:
                missing[name] = str(reason)
            else:
                by_gene.setdefault(gene, scores[name])
        return by_gene, missing

    def _named_list(self, names: Names, name: str | None) -> tuple[str, Sequence[str], Origin]:
        lists = self._all_lists(names, name, name or "list")
        if len(lists) > 1:
            file, first = Path(str(names)).name, lists[0][0]
            raise GeneRAINError(f"{file} holds {len(lists):,} sets; name the one to take, such as {first[:60]!r}.")
        return lists[0]

    def _all_lists(self, names: Names, name: str | None, title: str) -> list[tuple[str, Sequence[str], Origin]]:
        """Return what lists are called, their names of genes, and how they came about as far as their file says so."""
        from generain_core.lists.gene_list import Origin
        from generain_core.lists.list_files import lists_of, read_list_file

        path = path_of(names)
        if path is None:
            return [(title, words_of(names), Origin.USER)]
        file = read_list_file(path)
        return [(each, words, file.origin_of(each)) for each, words in lists_of(file, self.resolver, name).items()]
