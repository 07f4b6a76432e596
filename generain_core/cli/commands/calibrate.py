"""The command that shows which numbers hold: calibrate."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.cli.opened import open_release, release_fields
from generain_core.cli.options import add_model, add_output, whole
from generain_core.cli.output import Output, records
from generain_core.cli.progress import each_second

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    words = "simulate experiments of all designs, and write which p-values, rates, intervals and flags hold what they say"
    calibrate = add_command("calibrate", _calibrate, words)
    add_output(calibrate, "DIR", words="folder of the tables; a run that was stopped goes on there")
    calibrate.add_argument("--quick", action="store_true", help="fewer experiments of each design: minutes instead of an hour")
    calibrate.add_argument("--families", nargs="+", default=(), metavar="NAME", help="only designs of these families")
    add_model(calibrate, "which model embeds simulated samples (the first that is there), or none", none=True)
    real = calibrate.add_argument_group("real samples", "whose residuals are used too")
    real.add_argument("--real", type=Path, metavar="IN", help="a table of counts with samples that are alike")
    real.add_argument("--sheet", type=Path, metavar="SHEET", help="a sample sheet to it")
    words = "the sample sheet's column of sample names, where several fit"
    real.add_argument("--sheet-column", default="", metavar="NAME", help=words)
    real.add_argument("--alike", default="", metavar="COLUMN", help="the column that says which samples are alike (all)")
    calibrate.add_argument("--processes", type=whole, default=0, metavar="N", help="at once (as many as there are processors)")
    calibrate.add_argument("--trials", type=whole, default=0, metavar="N", help="experiments of each design instead")


def _calibrate(args: argparse.Namespace) -> Output:
    from generain_core.calibration.book import Book, calibrate
    from generain_core.perturbations.run import models_of

    release = open_release(args)
    model = "" if args.model == "none" else args.model or next(iter(models_of(release)), "")
    book = Book(
        size="quick" if args.quick else "full",
        families=tuple(args.families),
        trials=args.trials,
        model=model,
        table=str(args.real.resolve()) if args.real else "",
        sheet=str(args.sheet.resolve()) if args.sheet else "",
        sheet_column=args.sheet_column,
        by=args.alike,
    )
    result = calibrate(args.output, release, book, processes=args.processes, progress=each_second(args.progress))
    table = result.table
    judged, failing = table[table["holds"] != ""], result.not_held
    document = {"output": str(result.path), "rows": len(table), "judged": len(judged), "seconds": round(result.seconds, 1)}
    document |= {"not_held": records(failing[["design", "number", "nominal", "observed", "low", "high"]])}
    lines = [f"{len(table):,} numbers of {table['design'].nunique()} designs in {result.seconds / 60:.1f} min: {result.path}"]
    lines.append(f"{len(judged) - len(failing):,} of {len(judged):,} that claim something hold it.")
    lines += [
        f"  {row.design}: {row.number} {row.quantity} {row.observed:.3f} ({row.low:.3f} to {row.high:.3f}) at {row.nominal:g}"
        for row in failing.itertuples()
    ]
    return Output(release_fields(release) | document, "\n".join(lines))
