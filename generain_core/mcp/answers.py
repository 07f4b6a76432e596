"""What tools answer: typed records with release, licence and whether values are simulated, and pages of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from generain_core.storage.json_rows import records

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.release.files import Release

__all__ = ["LICENCE", "Answer", "Page", "Row", "about", "page", "records"]
LICENCE = "CC BY-NC 4.0"


class Answer(BaseModel):
    """What every answer has."""

    release: str = Field(description="folder of the release")
    label: str = Field(description="release and its hash, with a mark if values are simulated; to cite with every number")
    licence: str = Field(description="of the release's data: attribution, no commercial use")
    simulated: bool = Field(description="true: the values come from a simulation, and none is a result")


class Page(Answer):
    """An answer with rows that may go on."""

    total: int = Field(description="rows that there are")
    offset: int = Field(description="rows left out at the start")
    next_offset: int | None = Field(description="offset of the next page; null after the last")


class Row(BaseModel):
    """A row of a table; it may have more columns than are listed."""

    model_config = ConfigDict(extra="allow")


def about(release: Release) -> dict[str, Any]:
    """Return what every answer begins with."""
    return {"release": str(release.root), "label": release.label, "licence": LICENCE, "simulated": release.simulated}


def page(table: pd.DataFrame, offset: int, limit: int) -> tuple[list[Any], dict[str, Any]]:
    """Return some rows of a table as plain dictionaries, and how the table goes on."""
    total = len(table)
    end = offset + limit
    pages = {"total": total, "offset": offset, "next_offset": end if end < total else None}
    return records(table.iloc[offset:end]), pages
