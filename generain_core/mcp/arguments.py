"""What may be said of an expression table: arguments that four tools share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict, TypeVar, get_type_hints

from pydantic import Field

from generain_core.facade.tables import TableOptions
from generain_core.mcp.folders import Folders

F = TypeVar("F", bound=Callable[..., Any])


class TableArguments(TypedDict, total=False):
    """What is said of a table, against or beside what is found out; the same as `TableOptions`, with files by path."""

    sheet: Annotated[str | None, Field(description="path of a sample sheet, joined by sample name")]
    sheet_column: Annotated[str | None, Field(description="the sheet's column of sample names, where several fit")]
    layer: Annotated[str | None, Field(description="the layer of an h5ad that holds counts")]
    genes_in: Annotated[Literal["rows", "columns"] | None, Field(description="where the genes are")]
    gene_column: Annotated[str | None, Field(description="the column that names the genes")]
    value_kind: Annotated[Literal["counts", "estimated", "cpm", "log"] | None, Field(description="what the values are")]
    back_transform: Annotated[bool | None, Field(description="undo a log, with the base that is inferred or given")]
    log_base: Annotated[Literal["2", "e", "10"] | None, Field(description="undo a log of this base")]
    plus_one: Annotated[bool | None, Field(description="whether 1 was added before the log")]
    missing_as_zero: Annotated[bool | None, Field(description="take cells without a value as 0")]
    keep_sums: Annotated[bool | None, Field(description="keep samples and rows that are the sum or mean of the others")]
    as_new_table: Annotated[bool | None, Field(description="take a file that this program wrote as any other table")]
    part: Annotated[str | None, Field(description="the sheet of a workbook, or matrix, file or folder of an archive, to read")]
    take_in: Annotated[list[str] | None, Field(description="columns and rows that are samples or genes, whatever they look like")]
    leave_out: Annotated[list[str] | None, Field(description="columns and rows that are neither samples nor genes")]
    quantity: Annotated[str | None, Field(description="which of several columns a sample is taken, such as TPM")]
    orthologs: Annotated[str | None, Field(description="path of a table of orthologs of mouse and human: MGI, HCOP or BioMart")]
    min_genes: Annotated[int | None, Field(ge=0, description="a sample needs more expressed genes than this (2,000)")]
    sum_by: Annotated[str | list[str] | None, Field(description="columns by which samples (cells) are summed first")]


def with_table_arguments(tool: F) -> F:
    """Let a tool that takes ``**options`` show each of `TableArguments` in its schema."""
    signature = inspect.signature(tool, eval_str=True)
    hints = get_type_hints(TableArguments, include_extras=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    shown = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    shown += [inspect.Parameter(name, keyword, default=None, annotation=hint) for name, hint in hints.items()]
    tool.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
    return tool


def table_options(options: TableArguments, folders: Folders) -> TableOptions:
    """Return what a client says of a table, its files checked."""
    plain: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if "sheet" in plain:
        plain["sheet"] = Path(folders.input(plain["sheet"]))
    if "orthologs" in plain:
        plain["orthologs"] = Path(folders.input(plain["orthologs"]))
    said: TableOptions = TableOptions(**plain)  # type: ignore[typeddict-item]
    return said


def each(source: Path | list[Path]) -> list[Path]:
    """Return the files of a table, one or several."""
    return source if isinstance(source, list) else [source]


def sheet_of(options: TableOptions) -> Path | None:
    """Return the sample sheet that a client names."""
    sheet = options.get("sheet")
    return sheet if isinstance(sheet, Path) else None
