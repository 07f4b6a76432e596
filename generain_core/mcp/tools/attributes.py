"""Tools about predicted attributes: attributes of a gene, genes of an attribute or of a rule."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.mcp.answers import Page, Row, page
from generain_core.mcp.door import Door
from generain_core.mcp.limits import Count, Limit, Offset
from generain_core.mcp.tools.genes import Biotype, Gene
from generain_core.progress import Progress

NOTE = (
    "A probability is a classifier's, and means little without its percentile and median among all genes; "
    "ask with evidence=true for a grade before an attribute is passed on."
)


class Attribute(Row):
    """A predicted attribute; it has the release's own columns as well."""

    attribute: str
    probability: float | None
    percentile: float | None = Field(description="of the gene among all genes, for this attribute")
    median: float | None = Field(default=None, description="of all genes, for this attribute")
    grade: str | None = Field(default=None, description="A to D with evidence=true; '' where none can be given")
    reason: str | None = Field(default=None, description="how the grade came about, or why there is none")


class Attributes(Page):
    """A gene's attributes."""

    gene: str
    genes: int = Field(description="genes with predictions")
    note: str
    warnings: list[str] = Field(default=[], description="what to know before any of it is believed")
    notes: list[str] = Field(default=[], description="what the release's table of predictions lacks")
    attributes: list[Attribute]


class Member(Row):
    """A gene of an attribute or a rule; of a rule it has a column for each of its attributes."""

    gene: str
    ensembl_gene: str | None = None
    biotype: str | None = None
    probability: float | None = None
    percentile: float | None = None


class Members(Page):
    """Genes of an attribute or of a rule."""

    attribute: str | None = Field(default=None, description="the whole name of the attribute")
    rule: str | None = Field(default=None, description="the rule as it was understood")
    chosen: int | None = Field(default=None, description="genes that the rule chooses")
    output: str | None = Field(default=None, description="the gene set that was written")
    warnings: list[str] = Field(default=[], description="what to know before these genes are believed")
    notes: list[str] = Field(default=[], description="what the release's table of predictions lacks")
    genes: list[Member]


class AttributeTools(Door):
    """Tools about predicted attributes. The first call over a release that was never used converts its predictions."""

    async def attributes(
        self,
        context: Context[Any, Any],
        gene: Gene,
        k: Count = 50,
        by: Literal["probability", "percentile"] = "probability",
        search: Annotated[str, Field(description="words that an attribute has in its name or library")] = "",
        fold: Annotated[bool, Field(description="count nearly identical attributes as one")] = False,
        evidence: Annotated[bool, Field(description="grade each attribute of the page, or say why there is no grade")] = False,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Attributes:
        """Find a gene's most probable attributes, with percentile and median among all genes."""

        def answer(progress: Progress) -> Attributes:
            table = self.with_predictions().attributes(gene, k, by, search, fold)
            rows, pages = page(table, offset, limit)
            if evidence:
                self._grade(table.attrs["gene"], rows)
            facts = {name: table.attrs[name] for name in ("gene", "genes")}
            said = {"note": NOTE, "warnings": table.attrs["warnings"], "notes": table.attrs["notes"]}
            return Attributes(**self.about, **pages, **facts, **said, attributes=rows)

        return await self.work.run(context, answer)

    async def genes(
        self,
        context: Context[Any, Any],
        attribute: Annotated[str | None, Field(description="its name, or a part that only one has")] = None,
        rule: Annotated[str | None, Field(description="such as P(a) > 0.9 and not P(b) > 0.5 and biotype = lncRNA")] = None,
        k: Annotated[Count | None, Field(description="how many in all; 50 of an attribute, all of a rule")] = None,
        biotype: Biotype = None,
        sets: Annotated[str | None, Field(description="path of a GMT file for known(…) in a rule")] = None,
        gmt: Annotated[str | None, Field(description="GMT file to write the genes to")] = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Members:
        """Find an attribute's most probable genes, or those that a rule chooses."""
        known = None if sets is None else self.folders.input(sets)
        target = self.output(gmt)

        def answer(progress: Progress) -> Members:
            table = self.with_predictions().genes(attribute, rule, k, biotype, known, target)
            rows, pages = page(table, offset, limit)
            facts = {name: table.attrs[name] for name in ("attribute", "rule", "chosen") if name in table.attrs}
            written = None if target is None else str(target)
            said = {"warnings": table.attrs["warnings"], "notes": table.attrs["notes"]}
            return Members(**self.about, **pages, **facts, **said, output=written, genes=rows)

        return await self.work.run(context, answer)

    def _grade(self, gene: str, rows: list[dict[str, Any]]) -> None:
        """Add to each row its grade, and how it came about or why there is none."""
        from generain_core.attributes.evidence import weigh
        from generain_core.attributes.known_members import match_sets
        from generain_core.attributes.released_sets import released_sets

        generain = self.with_vectors()
        sets = released_sets(generain.release)
        known = None if sets is None else match_sets(generain.predictions, sets, "the release's gene sets")
        for row in rows:
            evidence = weigh(generain.predictions, generain.atlas(), known, gene, row["attribute"])
            row |= {"grade": evidence.grade, "reason": evidence.reason}
