"""Tools about the release: status, verify; and about ARCHS4."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.mcp.answers import Answer, Page, Row, page, records
from generain_core.mcp.door import Door
from generain_core.mcp.limits import Limit, Offset


class ReleasedFile(Row):
    """A file of the release."""

    name: str
    path: str
    present: bool
    bytes: int


class Status(Answer):
    """What of the release is there."""

    version: str
    files: list[ReleasedFile]
    missing: list[str] = Field(description="what is switched off, and which file brings it back")
    vectors: list[str] = Field(description="names of the vector sets")
    warnings: list[str]
    folders: list[str] = Field(description="folders that files may be named in")


class Check(Row):
    """A check of the release."""

    name: str
    ok: bool | None = Field(description="null where the check does not apply to this release")
    detail: str


class Checks(Answer):
    """Whether all is well with the release."""

    ok: bool
    checks: list[Check]


class Archs4Sample(Row):
    """A sample of ARCHS4, as its series describes it."""


class Archs4Samples(Page):
    """Samples of ARCHS4 that have all of the words."""

    found: int
    samples: list[Archs4Sample]


class ReleaseTools(Door):
    """Tools about the release."""

    def status(self) -> Status:
        """List what of the release is there, what is missing and what that switches off, vector sets, and folders for files."""
        with self.opening:
            table = self.release().status()
        facts = {name: table.attrs[name] for name in ("version", "missing", "vectors", "warnings")}
        return Status(**self.about, **facts, files=records(table), folders=[str(root) for root in self.folders.roots])

    async def verify(self, context: Context[Any, Any]) -> Checks:
        """Check every file of the release: readable, unchanged, agreeing with the others, the published example reproduced."""
        table = await self.work.run(context, lambda progress: self.release().verify(progress))
        return Checks(**self.about, ok=table.attrs["ok"], checks=records(table))

    async def archs4(
        self,
        context: Context[Any, Any],
        words: Annotated[str, Field(description="all of them must be there; -word: must not")] = "",
        max_single_cell: Annotated[float, Field(ge=0, le=1, description="leave out likely single cells; 1 keeps all")] = 0.5,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Archs4Samples:
        """Find samples of ARCHS4 by words in title, source, characteristics, series or accession."""
        table = await self.work.run(
            context, lambda progress: self.release().archs4(words, offset + limit, max_single_cell, progress)
        )
        rows, pages = page(table, offset, limit)
        found = int(table.attrs["found"])
        pages |= {"total": found, "next_offset": offset + limit if offset + limit < found else None}
        return Archs4Samples(**self.about, **pages, found=found, samples=rows)
