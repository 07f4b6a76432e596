"""From what a user gives, a file or an AnnData, and what is said of it, to an `Expression`."""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

from generain_core.errors import GeneRAINError
from generain_core.progress import silent
from generain_core.samples.interpret.value_kind import KINDS_BY_OPTION

if TYPE_CHECKING:
    import anndata
    import pandas as pd

    from generain_core.genes import Resolver
    from generain_core.progress import Progress
    from generain_core.samples.interpret.count_scale import Corrections
    from generain_core.samples.interpret.diagnosis import Findings
    from generain_core.samples.interpret.expression import Expression
    from generain_core.samples.io.raw_table import RawTable

    Table: TypeAlias = str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | anndata.AnnData
    """A file or folder, files of one sample each, or an AnnData."""

_LOG_BASES: dict[object, float] = {"2": 2.0, "10": 10.0, "e": math.e, 2: 2.0, 10: 10.0, math.e: math.e}


class ReadOptions(TypedDict, total=False):
    """What may be said of a table, against or beside what is found out.

    sheet: a sample sheet to join by sample name, a file or a table. sheet_column: its column of sample names, where several
    fit. layer: the layer that holds counts. genes_in: ``rows``
    or ``columns``. gene_column: the column that names the genes. value_kind: what the values are, ``counts``, ``estimated``,
    ``cpm`` or ``log``; former names of these, ``samples`` and ``values``, go on working. back_transform: undo a log, with the
    base that is inferred or given. log_base: ``2``, ``e`` or ``10``. plus_one: whether 1 was added before the log.
    missing_as_zero: take cells without a value as 0. keep_sums: keep samples and rows that are the sum or mean of the others.
    as_new_table: take a file that this program wrote as any other table. part: the sheet of a workbook, or the matrix, file or
    folder of an archive, to read. take_in, leave_out: names of columns and rows that are samples or genes whatever they look
    like, or that are neither. quantity: which of several columns a sample is taken, such as ``TPM``.
    orthologs: a table of orthologs (MGI, HCOP, BioMart), to take a mouse's genes under the names of their human ones.
    """

    sheet: str | os.PathLike[str] | pd.DataFrame
    samples: str | os.PathLike[str] | pd.DataFrame
    sheet_column: str
    layer: str
    genes_in: Literal["rows", "columns"]
    gene_column: str
    value_kind: Literal["counts", "estimated", "cpm", "log"]
    values: Literal["counts", "estimated", "cpm", "log"]
    back_transform: bool
    log_base: str | float
    plus_one: bool
    missing_as_zero: bool
    keep_sums: bool
    as_new_table: bool
    part: str
    take_in: str | Sequence[str]
    leave_out: str | Sequence[str]
    quantity: str
    orthologs: str | os.PathLike[str]


class TableOptions(ReadOptions, total=False):
    """What may be said of a table that is binned.

    min_genes: a sample needs more expressed genes than this (2,000). sum_by: columns by which samples or cells are summed
    first. Others as `ReadOptions`.
    """

    min_genes: int
    sum_by: str | Sequence[str]


def raw_table(table: Table, part: str = "", progress: Progress | None = None) -> RawTable:
    """Parse a file or a folder (or a part of one), or files of one sample each, or take an AnnData as it is.

    Raises:
        GeneRAINError: a file can't be read, or what is given is none of these.
    """
    paths = [table] if isinstance(table, str | os.PathLike) else table
    if isinstance(paths, list | tuple) and paths and all(isinstance(path, str | os.PathLike) for path in paths):
        from generain_core.samples.io.isolated import read_guarded

        files = [Path(path) for path in paths]
        return read_guarded(files[0] if len(files) == 1 else files, part=part, progress=progress or silent)
    import anndata

    from generain_core.samples.io.anndata_table import raw_table_of

    if isinstance(table, anndata.AnnData):
        return raw_table_of(table)
    raise GeneRAINError(f"A {type(table).__name__} is no expression table; give the path of a file, or an AnnData.")


def start_reader(table: Table) -> None:
    """Have ready what reads a table, while the release is opened."""
    from generain_core.samples.io.plain_texts import prepare_for

    paths = [table] if isinstance(table, str | os.PathLike) else table
    if isinstance(paths, list | tuple) and all(isinstance(path, str | os.PathLike) for path in paths):
        prepare_for([Path(path) for path in paths])


def understand(raw: RawTable, resolver: Resolver, options: TableOptions) -> tuple[Expression, Findings]:
    """Return samples × identifiers of a table, with its sample sheet joined, and how it was understood.

    Raises:
        NeedsConsent: it can be used once the user agrees to something.
        GeneRAINError: it can't be used, or an option can't be.
    """
    from generain_core.samples.interpret.correction import to_expression
    from generain_core.samples.interpret.count_scale import said_of_columns
    from generain_core.samples.interpret.diagnosis import diagnose
    from generain_core.samples.io.isolated import read_sheet_guarded
    from generain_core.samples.io.sample_sheet import join_samples

    corrections = corrections_of(options)
    findings = diagnose(raw, resolver, **said_of_columns(corrections))
    expression = to_expression(raw, findings, **corrections)
    sheet = options.get("sheet", options.get("samples"))
    if sheet is not None:
        table = read_sheet_guarded(Path(sheet)) if isinstance(sheet, str | os.PathLike) else sheet
        expression = join_samples(expression, table, options.get("sheet_column", ""))
    return expression, findings


def expression_of(table: Table, resolver: Resolver, options: TableOptions, progress: Progress | None = None) -> Expression:
    """Return samples × identifiers of a file or an AnnData, cells summed if `sum_by` says so.

    Raises:
        NeedsConsent: it can be used once the user agrees to something.
        GeneRAINError: it can't be used.
    """
    check_names(options)
    expression, _ = understand(raw_table(table, options.get("part", ""), progress), resolver, options)
    columns = options.get("sum_by")
    if columns:
        from generain_core.samples.interpret.pseudobulk import sum_by

        expression = sum_by(expression, columns_of(columns))
    return expression


def columns_of(columns: str | Sequence[str]) -> list[str]:
    """Return names of columns, given as a list or with commas between."""
    return columns.split(",") if isinstance(columns, str) else list(columns)


def check_names(options: TableOptions, known: Collection[str] = ()) -> None:
    """Refuse arguments that no method has, as Python does.

    Raises:
        TypeError: there is one.
    """
    known = known or TableOptions.__optional_keys__
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise TypeError(f"there is no argument {unknown[0]!r}; there are {', '.join(sorted(known))}")


def corrections_of(options: TableOptions) -> Corrections:
    """Return what is said of the table, in the words of `Corrections`.

    Raises:
        GeneRAINError: the kind of values or the base of a log can't be.
    """
    corrections: Corrections = {}
    if layer := options.get("layer"):
        corrections["layer"] = layer
    if genes_in := options.get("genes_in"):
        corrections["genes_in"] = genes_in
    if gene_column := options.get("gene_column"):
        corrections["gene_column"] = gene_column
    for name in ("back_transform", "missing_as_zero", "keep_sums", "as_new_table"):
        if options.get(name):
            corrections[name] = True
    if quantity := options.get("quantity"):
        corrections["measure"] = quantity
    if (orthologs := options.get("orthologs")) is not None:
        from generain_core.samples.orthologs.ortholog_table import read_orthologs

        corrections["orthologs"] = read_orthologs(Path(orthologs))
    if names := options.get("take_in"):
        corrections["take_in"] = (names,) if isinstance(names, str) else tuple(names)
    if names := options.get("leave_out"):
        corrections["leave_out"] = (names,) if isinstance(names, str) else tuple(names)
    if (kind := options.get("value_kind", options.get("values"))) is not None:
        corrections["value_kind"] = KINDS_BY_OPTION[choice("kind of values", kind, tuple(KINDS_BY_OPTION))]
    if (base := options.get("log_base")) is not None:
        if base not in _LOG_BASES:
            raise GeneRAINError(f"A log of base {str(base)[:20]} can't be undone; choose 2, e or 10.")
        corrections["base"] = _LOG_BASES[base]
    if (plus_one := options.get("plus_one")) is not None:
        corrections["plus_one"] = plus_one
    return corrections


def choice(what: str, value: str, known: Sequence[str]) -> str:
    """Return a value that must be one of some names.

    Raises:
        GeneRAINError: it is none of them.
    """
    if value not in known:
        raise GeneRAINError(f"There is no {what} {str(value)[:60]!r}; choose {', '.join(known)}.")
    return value


@contextmanager
def naming_arguments() -> Iterator[None]:
    """Say of a table that needs the user's consent by which arguments it is given."""
    from generain_core.errors import NeedsConsent

    try:
        yield
    except NeedsConsent as problem:
        words = {
            "log_base": "log_base='2', 'e' or '10'",
            "value_kind": "value_kind='counts', 'estimated', 'cpm' or 'log'",
            "genes_in": "genes_in='rows' or 'columns'",
            "layer": f"layer={problem.choices[0]!r}, say," if problem.choices else "layer=NAME",
            "gene_column": f"gene_column={problem.choices[0]!r}, say," if problem.choices else "gene_column=NAME",
            "sheet_column": f"sheet_column={problem.choices[0]!r}, say," if problem.choices else "sheet_column=NAME",
            "part": f"part={problem.choices[0]!r}, say," if problem.choices else "part=NAME",
        }
        arguments = " and ".join(words.get(name, f"{name}=True") for name in problem.options)
        raise NeedsConsent(
            f"{str(problem).rstrip('.')}; give {arguments} to go on with it so.", problem.options, problem.choices
        ) from problem
