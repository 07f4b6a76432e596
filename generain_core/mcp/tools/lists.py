"""Tools about lists of genes: lists, coherence, expand, enrich, shared_attributes, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.lists.gene_list import Origin
from generain_core.mcp.answers import Answer, Page, Row, page
from generain_core.mcp.door import Door
from generain_core.mcp.limits import Count, Limit, Offset
from generain_core.mcp.tools.genes import Vectors
from generain_core.wording.origins import circular, resembles

Genes = Annotated[str | list[str], Field(description="names of genes, with commas between or one by one, or the path of a file")]
Name = Annotated[str | None, Field(description="the set to take, where the file is a GMT file")]
_Origin = Literal["user", "neighbors", "lasso", "expansion", "attribute", "rule", "analogy", "moved", "tested"]
Came = Annotated[
    _Origin | None,
    Field(description="how the list came about; those by similarity (neighbors to analogy) get no p; else as its file says"),
]
_FILES = (".txt", ".csv", ".tsv", ".xlsx", ".gmt", ".gz")


class Missing(Row):
    """A name that is not on the list."""

    input: str
    reason: str


class List(Row):
    """A list of genes."""

    name: str
    genes: list[str]
    missing: list[Missing]
    origin: _Origin = Field(description="how it came about")


class Lists(Page):
    """Lists of genes."""

    output: str | None = Field(default=None, description="the GMT file that was written")
    lists: list[List]


class Coherence(Answer):
    """Whether the genes of a list are more alike than random ones."""

    genes: list[str]
    missing: list[Missing]
    mean_cosine: float
    null_mean: float
    null_sd: float
    effect: float | None = Field(description="standard deviations above random lists")
    p_value: float | None = Field(description="one-sided; none for a list that was chosen by similarity")
    why: str = Field(description="why there is no p")
    matched_on: list[str]


class Expanded(Row):
    """A gene that belongs too."""

    gene: str
    score: float
    rank: int


class Expansion(Page):
    """Genes that belong to a list too."""

    recovery: float | None = Field(description="share of the list's own genes found again when left out, at k")
    recovery_by_chance: float
    genes: list[Expanded]


class Set(Row):
    """A gene set."""

    set: str
    library: str
    size: int
    overlap: int
    genes: list[str]
    p_value: float
    fdr: float
    folded_into: str


class Enrichment(Page):
    """Gene sets, the smallest p-value first."""

    background_size: int
    list_size: int
    missing: list[Missing]
    test: str
    null: str
    why: str = Field(description="what the p of a list that was chosen by similarity is worth")
    sets: list[Set]


class Shared(Row):
    """An attribute of a list."""

    attribute: str
    mean_percentile: float | None = Field(description="mean over the list, among all genes")
    expected: float | None = Field(description="mean over random lists")
    p_value: float | None
    p_adjusted: float | None = Field(description="for all attributes")
    folded_into: str


class SharedAttributes(Page):
    """Attributes that a list's genes share, the largest effect first."""

    genes: int = Field(description="with predictions")
    draws: int
    matched_on: list[str]
    attributes: list[Shared]


class Reason(Row):
    """A reason why genes are alike."""

    kind: Literal["position", "family", "attribute", "neighbors", "expression", "none"]
    text: str


class Neighbor(Row):
    """A gene that is near to both, or to half of the list."""

    gene: str
    cosine: float = Field(description="mean, to the genes that are asked about")
    attributes: list[str] = Field(description="in which it is among the top 1 % of all genes; describes it, without p")


class Explanation(Answer):
    """Why genes are alike."""

    genes: list[str]
    cosine: float
    mutual_rank: float | None
    p_value: float | None = Field(description="none for a list that was chosen by similarity")
    sentence: str
    reasons: list[Reason]
    neighbors: list[Neighbor] = Field(description="in common, where they are a reason")


class ListTools(Door):
    """Tools about lists of genes."""

    def lists(
        self,
        lists: Annotated[list[str], Field(description="each: names with commas between, or the path of a file")],
        op: Literal["union", "intersection", "difference"] | None = None,
        output: Annotated[str | None, Field(description="GMT file to write")] = None,
        name: Name = None,
        origin: Came = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Lists:
        """Resolve lists of genes and combine them; difference: the first without the others."""
        target = self.output(output)
        found = self.with_genes().lists([self._genes(each) for each in lists], op, target, name=name, origin=origin)
        end = offset + limit
        rows = [
            List(name=each.name, genes=list(each.genes), missing=_missing(each.missing), origin=each.origin.value)
            for each in found[offset:end]
        ]
        pages: dict[str, Any] = {"total": len(found), "offset": offset, "next_offset": end if end < len(found) else None}
        return Lists(**self.about, **pages, output=None if target is None else str(target), lists=rows)

    async def coherence(
        self,
        context: Context[Any, Any],
        genes: Genes,
        name: Name = None,
        origin: Came = None,
        draws: Annotated[int, Field(ge=999, le=99_999, description="random lists")] = 999,
        seed: Annotated[int, Field(ge=0, lt=2**32)] = 0,
        vectors: Vectors = None,
    ) -> Coherence:
        """Ask whether a list's genes are more alike than random genes of like biotype and expression."""
        source = self._genes(genes)

        def answer(progress: Any) -> Coherence:
            generain = self.with_vectors(vectors)
            listed = generain.gene_list(source, name=name, vectors=vectors)
            options: dict[str, Any] = {"name": name, "draws": draws, "seed": seed, "vectors": vectors, "progress": progress}
            result = generain.coherence(source, origin=origin, **options)
            why = circular(Origin(origin or listed.origin)) if result.p_value is None else ""
            facts = {key: getattr(result, key) for key in ("mean_cosine", "null_mean", "null_sd", "p_value")}
            effect = None if result.effect != result.effect else result.effect
            missing = _missing(listed.missing)
            matched = list(result.matched_on)
            rest: dict[str, Any] = {"why": why, "genes": list(listed.genes), "missing": missing, "matched_on": matched}
            return Coherence(**self.about, **facts, effect=effect, **rest)

        return await self.work.run(context, answer)

    def expand(
        self,
        genes: Genes,
        k: Count = 50,
        method: Literal["centroid", "ranks"] = "centroid",
        name: Name = None,
        vectors: Vectors = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Expansion:
        """Find genes that belong to a list too; low recovery means that they are guesses."""
        result = self.with_vectors(vectors).expand(self._genes(genes), k, method=method, name=name, vectors=vectors)
        rows, pages = page(result.table, offset, limit)
        return Expansion(**self.about, **pages, recovery=result.recovery, recovery_by_chance=result.by_chance, genes=rows)

    def enrich(
        self,
        genes: Genes,
        sets: Annotated[list[str], Field(description="paths of GMT files, a library each")],
        background: Annotated[str | None, Field(description="genes that could have been on it; else the model's")] = None,
        ranked: Annotated[bool, Field(description="the list is a table with the columns gene and score")] = False,
        score: Annotated[str | None, Field(description="of a ranking: the column of numbers, the highest first")] = None,
        of: Annotated[str | None, Field(description="of a table with several rankings: which perturbation, cluster …")] = None,
        name: Name = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Enrichment:
        """Find gene sets over-represented in a list, or at the top of a ranking; redundant ones are marked, not removed."""
        files = [self.folders.input(path) for path in sets]
        around = None if background is None else self._genes(background)
        options: dict[str, Any] = {"background": around, "ranked": ranked, "score": score, "of": of, "name": name}
        result = self.with_genes().enrich(self._genes(genes), files, **options)
        rows, pages = page(result.table, offset, limit)
        facts = {key: getattr(result, key) for key in ("background_size", "list_size", "test")}
        return Enrichment(
            **self.about,
            **pages,
            **facts,
            missing=_missing(result.missing),
            null=result.null,
            why=resembles(result.origin),
            sets=rows,
        )

    async def shared_attributes(
        self,
        context: Context[Any, Any],
        genes: Genes,
        name: Name = None,
        origin: Came = None,
        draws: Annotated[int, Field(ge=999, le=99_999, description="random lists")] = 999,
        seed: Annotated[int, Field(ge=0, lt=2**32)] = 0,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> SharedAttributes:
        """Find predicted attributes that a list's genes share, beside random lists; no p for a list chosen by similarity."""
        source = self._genes(genes)

        def answer(progress: Any) -> SharedAttributes:
            options: dict[str, Any] = {"name": name, "origin": origin, "draws": draws, "seed": seed, "progress": progress}
            result = self.with_predictions().shared_attributes(source, **options)
            rows, pages = page(result.table, offset, limit)
            facts: dict[str, Any] = {"genes": result.genes, "draws": result.draws, "matched_on": list(result.matched_on)}
            return SharedAttributes(**self.about, **pages, **facts, attributes=rows)

        return await self.work.run(context, answer)

    async def explain(
        self, context: Context[Any, Any], genes: Genes, name: Name = None, origin: Came = None, vectors: Vectors = None
    ) -> Explanation:
        """Say why two genes, or those of a list, are alike: place, family, attributes, neighbors, expression, or nothing."""
        source = self._genes(genes)

        def answer(progress: Any) -> Explanation:
            result = self.with_vectors(vectors).explain(source, name=name, origin=origin, vectors=vectors, progress=progress)
            reasons = [Reason(kind=each.kind, text=each.text) for each in result.reasons]
            rank = None if result.mutual_rank != result.mutual_rank else result.mutual_rank
            facts: dict[str, Any] = {"cosine": result.cosine, "sentence": result.sentence}
            facts["p_value"] = None if result.p_value != result.p_value else result.p_value
            facts["neighbors"] = [
                Neighbor(gene=each.gene, cosine=each.cosine, attributes=list(each.attributes)) for each in result.neighbors
            ]
            return Explanation(**self.about, **facts, genes=list(result.genes), mutual_rank=rank, reasons=reasons)

        return await self.work.run(context, answer)

    def _genes(self, genes: str | list[str]) -> str | list[str] | Path:
        """Return names as they are, and a file that is named by its path, checked."""
        if isinstance(genes, str) and "," not in genes and genes.lower().endswith(_FILES):
            return self.folders.input(genes)
        return [word.strip() for word in genes.split(",") if word.strip()] if isinstance(genes, str) else genes


def _missing(names: Any) -> list[Missing]:
    return [Missing(input=name, reason=reason) for name, reason in names.items()]
