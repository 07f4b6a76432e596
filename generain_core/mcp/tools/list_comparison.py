"""Tools that hold lists or vector sets against each other: compare, neighborhoods, sum_of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.mcp.answers import Page, Row, page
from generain_core.mcp.limits import Count, Limit, Offset
from generain_core.mcp.tools.genes import Vectors
from generain_core.mcp.tools.lists import Genes, ListTools

Draws = Annotated[int, Field(ge=999, le=99_999, description="random ones")]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Near(Row):
    """A gene of one list, and how near it is to the other."""

    gene: str
    of: str = Field(description="the list that it is on")
    cosine: float
    percentile: float = Field(description="of that cosine among all genes")


class Comparison(Page):
    """Two lists against each other."""

    shared: list[str]
    jaccard: float
    overlap_p: float | None = Field(
        description="hypergeometric, among all genes with a vector; none for two lists that were chosen by similarity"
    )
    mean_cosine: float | None
    null_mean: float | None
    null_sd: float | None
    p_value: float | None = Field(description="against lists with the second's shape around other genes")
    draws: int
    nearest: list[Near]


class Neighborhood(Row):
    """A gene's neighbors in two vector sets."""

    gene: str
    shared: int
    share: float
    percentile: float = Field(description="of the share among random genes")
    p_value: float
    neighbors: list[str]


class NeighborhoodPage(Page):
    """Neighborhoods of genes in two vector sets."""

    vectors: list[str]
    k: int
    genes: int
    usual: float = Field(description="median share of random genes")
    by_chance: float
    neighborhoods: list[Neighborhood]


class Summand(Row):
    """A gene near to a sum."""

    gene: str
    cosine: float
    rank: int


class Sum(Page):
    """Genes nearest to a sum. There always are some: look at p."""

    p_value: float = Field(description="share of random sums as long whose best gene is as near")
    null_mean: float
    draws: int
    formula: str
    matched_on: list[str]
    results: list[Summand]


class ListComparisonTools(ListTools):
    """Tools that hold lists or vector sets against each other."""

    async def compare(
        self,
        context: Context[Any, Any],
        genes: Genes,
        other: Genes,
        draws: Draws = 999,
        seed: Seed = 0,
        vectors: Vectors = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Comparison:
        """Hold two lists against each other: what they share, how near they are, which genes of one are nearest to the other."""
        first, second = self._genes(genes), self._genes(other)

        def answer(progress: Any) -> Comparison:
            generain = self.with_vectors(vectors)
            result = generain.compare(first, second, draws=draws, seed=seed, vectors=vectors, progress=progress)
            rows, pages = page(result.nearest, offset, limit)
            facts = {name: getattr(result, name) for name in ("jaccard", "overlap_p", "p_value", "draws")}
            numbers: dict[str, Any] = {name: _number(getattr(result, name)) for name in ("mean_cosine", "null_mean", "null_sd")}
            return Comparison(**self.about, **pages, **facts, **numbers, shared=list(result.shared), nearest=rows)

        return await self.work.run(context, answer)

    def neighborhoods(
        self,
        genes: Genes,
        with_vectors: Annotated[str, Field(description="the other vector set, of those that `status` lists")],
        k: Count = 50,
        vectors: Vectors = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> NeighborhoodPage:
        """Say which of each gene's nearest in one vector set are its nearest in another too."""
        result = self.with_vectors(vectors).neighborhoods(self._genes(genes), with_vectors, k, vectors=vectors)
        rows, pages = page(result.table, offset, limit)
        facts = {name: getattr(result, name) for name in ("k", "genes", "usual", "by_chance")}
        return NeighborhoodPage(**self.about, **pages, **facts, vectors=list(result.sets), neighborhoods=rows)

    def sum_of(
        self,
        plus: Annotated[list[str], Field(description="terms: each a gene, names with commas between, or the path of a file")],
        minus: Annotated[list[str], Field(description="terms that are taken away")] = [],  # noqa: B006 - a schema's default
        k: Count = 10,
        vectors: Vectors = None,
        formula: Literal["unit", "raw"] = "unit",
        draws: Draws = 999,
        seed: Seed = 0,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Sum:
        """Find the genes nearest to a sum of genes and lists less others, with p against random sums."""
        added, taken = ([self._genes(each) for each in side] for side in (plus, minus))
        result = self.with_vectors(vectors).sum_of(added, taken, k, vectors=vectors, formula=formula, draws=draws, seed=seed)
        rows, pages = page(result.table, offset, limit)
        facts = {name: getattr(result, name) for name in ("p_value", "null_mean", "draws", "formula")}
        return Sum(**self.about, **pages, **facts, matched_on=list(result.matched_on), results=rows)


def _number(value: float) -> float | None:
    return None if value != value else value
