"""The expression table of a command: what the line says of it, and the table read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.options import add_min_genes, add_option
from generain_core.facade.tables import TableOptions
from generain_core.samples.interpret.value_kind import KINDS_BY_OPTION
from generain_core.storage.paths import resolved

if TYPE_CHECKING:
    from generain_core.genes import Resolver
    from generain_core.samples.interpret.expression import Expression


def add_table(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how an expression table is read."""
    words = "expression table: csv, tsv, xlsx, parquet, h5ad, 10x, gct …; or files (folder, zip, tar) of one sample each"
    parser.add_argument("input", type=Path, nargs="+", metavar="IN", help=words)
    add_min_genes(parser)
    table = parser.add_argument_group("the expression table", "what is said of it, against or beside what is found out")
    sheet = {"type": Path, "metavar": "SHEET", "help": "a sample sheet to join by sample name"}
    add_option(table, "--sheet", old=["--samples"], **sheet)
    table.add_argument("--sheet-column", metavar="NAME", help="the sample sheet's column of sample names, where several fit")
    table.add_argument("--sum-by", metavar="COLUMN[,COLUMN]", help="sum the samples (cells) of equal values first")
    table.add_argument("--part", metavar="NAME", help="the sheet of a workbook, or matrix, file or folder of an archive, to read")
    table.add_argument("--layer", help="the layer of an h5ad that holds counts")
    table.add_argument("--genes-in", choices=("rows", "columns"), help="where the genes are")
    table.add_argument("--gene-column", metavar="NAME", help="the column that names the genes")
    add_option(table, "--value-kind", old=["--values"], choices=tuple(KINDS_BY_OPTION), help="what the values are")
    table.add_argument("--back-transform", action="store_true", help="undo a log, with the base that is inferred or given")
    table.add_argument("--log-base", choices=("2", "e", "10"), help="undo a log of this base")
    table.add_argument("--plus-one", action=argparse.BooleanOptionalAction, help="1 was, or was not, added before the log")
    table.add_argument("--missing-as-zero", action="store_true", help="take cells without a value as 0")
    new = "take a file that this program wrote, and that was changed since, as any other table"
    table.add_argument("--as-new-table", action="store_true", help=new)
    table.add_argument("--keep-sums", action="store_true", help="keep columns and rows that are the sum or mean of the others")
    taken = "a column or row that is a sample or gene, whatever it looks like; several times for several"
    table.add_argument("--take-in", action="append", metavar="NAME", help=taken)
    table.add_argument("--leave-out", action="append", metavar="NAME", help="a column or row that is neither sample nor gene")
    mouse = "a table of orthologs (MGI, HCOP, BioMart): a mouse's one-to-one orthologs are taken under their human names"
    table.add_argument("--orthologs", type=Path, metavar="FILE", help=mouse)
    table.add_argument("--quantity", metavar="NAME", help="which of several columns a sample is taken, such as TPM")


def read_table(args: argparse.Namespace, resolver: Resolver) -> Expression:
    """Read the expression table that the line names, with its sample sheet joined."""
    from generain_core.facade.tables import raw_table, understand

    return understand(raw_table(args.input, args.part or "", args.progress), resolver, table_options(args))[0]


def input_files(args: argparse.Namespace) -> set[Path]:
    """Return the files that are read, which no output may replace."""
    return {resolved(path) for path in (*args.input, args.sheet) if path is not None}


def table_options(args: argparse.Namespace) -> TableOptions:
    """Return what the line says of the table, against or beside what is found out, in the words of the façade."""
    plain: tuple[str, ...] = (
        "sheet",
        "sheet_column",
        "layer",
        "genes_in",
        "gene_column",
        "value_kind",
        "back_transform",
        "log_base",
        "missing_as_zero",
    )
    plain += ("keep_sums", "as_new_table", "sum_by", "part", "take_in", "leave_out", "quantity", "orthologs")
    options: dict[str, Any] = {name: value for name in plain if (value := getattr(args, name, None))}
    options |= {name: value for name in ("plus_one", "min_genes") if (value := getattr(args, name, None)) is not None}
    known: TableOptions = TableOptions(**options)  # type: ignore[typeddict-item]
    return known
