"""Tools about genes and their vectors: resolve, neighbors, similarity, analogy, project."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import anyio.to_thread
import pandas as pd
from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.errors import GeneRAINError
from generain_core.mcp.answers import Answer, Page, Row, page, records
from generain_core.mcp.door import Door
from generain_core.mcp.limits import MOST_NAMES, Count, Limit, Offset
from generain_core.progress import Progress, silent

Gene = Annotated[str, Field(description="any name of a gene: symbol, alias, previous symbol, Ensembl ID")]
Vectors = Annotated[str | None, Field(description="a vector set that `status` lists; the published one without it")]
Biotype = Annotated[str | None, Field(description="coding, lncRNA, or a biotype of the release")]


class Name(Row):
    """Who a name is."""

    input: str
    status: Literal["symbol", "ensembl", "alias", "previous", "ambiguous", "not_in_model", "unknown"]
    gene: str | None = Field(description="the model's gene; null unless there is exactly one")
    ensembl_gene: str | None
    candidates: list[str] = Field(description="genes that may be meant")
    reason: str = Field(description="how the name was understood, or why there is no gene")
    suggestions: list[str] = Field(description="symbols that are spelled much like an unknown name")
    models: list[str] = Field(description="the networks that know the gene")
    missing_from: dict[str, str] = Field(description="network that does not know the gene → why")


class Names(Page):
    """Who each name is."""

    names: list[Name]


class Neighbor(Row):
    """A gene near another."""

    gene: str
    ensembl_gene: str | None
    biotype: str | None
    cosine: float
    rank: int = Field(description="place among all genes, seen from the gene asked for; 1 is the nearest")
    reciprocal_rank: int | None = Field(description="the same, seen from this gene")
    mutual_rank: float | None = Field(default=None, description="geometric mean of both ranks, with calibrated=true")
    corrected: float | None = Field(
        default=None, description="twice the cosine, less how near either gene is to its own ten nearest (CSLS)"
    )
    hub: bool | None = Field(default=None, description="near to very many genes, so that nearness to it says little")
    p_value: float | None = Field(default=None, description="share of random pairs of like biotype and expression as alike")
    p_adjusted: float | None = Field(default=None, description="that times the number of genes searched, at most 1")


class Neighbors(Page):
    """The genes nearest to one."""

    gene: str
    vectors: str
    genes: int = Field(description="genes with a vector")
    neighbors: list[Neighbor]


class Similarity(Answer):
    """How alike two genes are."""

    a: str
    b: str
    cosine: float
    rank_of_b_from_a: int
    rank_of_a_from_b: int
    genes: int = Field(description="genes that were ranked")
    vectors: str


class Completion(Row):
    """A gene that completes an analogy."""

    gene: str
    cosine: float
    rank: int


class Analogy(Page):
    """Genes that are to c as b is to a. There always are some: compare their cosine to that with c alone."""

    vectors: str
    formula: str = Field(description="b − a + c over unit or raw vectors")
    results: list[Completion]


class Map(Answer):
    """A map of all genes, written to a file."""

    genes: int
    parameters: str
    neighbors_kept: float | None = Field(description="share of each gene's 15 nearest that are near on the map too")
    output: str


class GeneTools(Door):
    """Tools about genes."""

    def resolve(self, names: str | list[str], offset: Offset = 0, limit: Limit = 100) -> Names:
        """Look up who each gene name is. Unknown and ambiguous names, and genes that are not modelled, come with the reason."""
        wanted = [names] if isinstance(names, str) else names
        if len(wanted) > MOST_NAMES:
            raise GeneRAINError(f"{len(wanted):,} names were given, and up to {MOST_NAMES:,} go into one call; ask in parts.")
        table = self.with_genes().resolve(wanted[offset : offset + limit])
        end = offset + limit
        pages: dict[str, Any] = {"total": len(wanted), "offset": offset, "next_offset": end if end < len(wanted) else None}
        return Names(**self.about, **pages, names=records(table))

    async def neighbors(
        self,
        context: Context[Any, Any],
        gene: Gene,
        k: Count = 20,
        biotype: Biotype = None,
        vectors: Vectors = None,
        calibrated: Annotated[bool, Field(description="add what the cosines mean beside chance and hubs")] = False,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Neighbors:
        """Find the genes most similar to one, by cosine of their vectors: similar contexts of expression, not interaction."""

        def find(progress: Progress = silent) -> pd.DataFrame:
            return self.with_vectors(vectors).neighbors(gene, k, biotype, vectors, calibrated=calibrated, progress=progress)

        table = await (self.work.run(context, find) if calibrated else anyio.to_thread.run_sync(find))
        rows, pages = page(table, offset, limit)
        facts = {name: table.attrs[name] for name in ("gene", "vectors", "genes")}
        return Neighbors(**self.about, **pages, **facts, neighbors=rows)

    def similarity(self, a: Gene, b: Gene, vectors: Vectors = None) -> Similarity:
        """Measure the cosine of two genes' vectors, and the rank of each among all genes seen from the other."""
        table = self.with_vectors(vectors).similarity(a, b, vectors)
        facts = {str(name): value for name, value in table.iloc[0].to_dict().items()}
        return Similarity(**self.about, **facts, vectors=table.attrs["vectors"])

    def analogy(
        self,
        a: Gene,
        b: Gene,
        c: Gene,
        k: Count = 10,
        vectors: Vectors = None,
        formula: Annotated[
            Literal["unit", "raw"], Field(description="unit: vectors at length 1; raw: as they are, as GeneRAIN's authors do")
        ] = "unit",
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Analogy:
        """Find the genes that are to c as b is to a, by b − a + c."""
        table = self.with_vectors(vectors).analogy(a, b, c, k, vectors, formula)
        rows, pages = page(table, offset, limit)
        facts = {name: table.attrs[name] for name in ("vectors", "formula")}
        return Analogy(**self.about, **pages, **facts, results=rows)

    async def project(
        self,
        context: Context[Any, Any],
        output: Annotated[str, Field(description="CSV file to write: gene, x, y")],
        method: Literal["umap", "pca", "tsne"] = "umap",
        seed: Annotated[int, Field(ge=0, lt=2**32)] = 0,
        vectors: Vectors = None,
    ) -> Map:
        """Lay out all genes on a plane, and write the map to a file."""
        target = self.folders.output(output)
        table = await self.work.run(
            context,
            lambda progress: self.with_vectors(vectors).project(method, target, seed=seed, vectors=vectors, progress=progress),
        )
        facts = {name: table.attrs[name] for name in ("genes", "parameters", "neighbors_kept")}
        return Map(**self.about, **facts, output=str(target))
