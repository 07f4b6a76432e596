"""The command about cohorts: cohort."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generain_core.cli.expression_table import add_table, input_files, table_options
from generain_core.cli.opened import open_generain, release_fields
from generain_core.cli.options import add_device, add_output, add_seed, describe_models, whole
from generain_core.cli.output import Output, titled_table
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.facade.cohort import CohortAnswer

KINDS = ("two_classes", "classes", "number", "survival")


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    cohort = add_command("cohort", _cohort, "does the model predict an outcome of samples better than expression does")
    add_table(cohort)
    add_output(cohort, "DIR", words="a folder for all tables and the methods; files there are replaced")
    cohort.add_argument("--predict", metavar="COLUMN", required=True, help="the sample column of the outcome, or of the time")
    cohort.add_argument("--event", metavar="COLUMN", help="survival: the column that is 1 where the event was seen")
    cohort.add_argument("--kind", choices=KINDS, help="what the outcome is, where that is recognized wrongly")
    words = "never split over folds (donor); default: recognized; none: each sample is a donor"
    cohort.add_argument("--groups", metavar="COLUMN", help=words)
    words = "regress these out of all representations, inside the folds"
    cohort.add_argument("--adjust", metavar="COLUMN", nargs="+", default=[], help=words)
    words = "predict from these too; default: age, sex and batch, as recognized"
    cohort.add_argument("--covariates", metavar="COLUMN", nargs="*", help=words)
    words = f"which networks embed; default: all that are there. {describe_models()}"
    cohort.add_argument("--models", metavar="NAME", nargs="+", help=words)
    cohort.add_argument("--even-if-thin", action="store_true", help="embed although few genes of the model were measured")
    cohort.add_argument("--repeats", type=whole, default=5, metavar="N", help="of the cross-validation (5)")
    cohort.add_argument("--folds", type=whole, default=5, metavar="N", help="of each repeat (5)")
    cohort.add_argument("--permutations", type=whole, default=499, metavar="N", help="of outcomes, for the null (499); 0: none")
    add_seed(cohort)
    add_device(cohort)


def _cohort(args: argparse.Namespace) -> Output:
    if args.output.resolve() in input_files(args):
        raise GeneRAINError(f"{args.output} is the input itself; name another folder for the result.")
    generain = open_generain(args)
    answer = generain.cohort(
        args.input,
        predict=args.predict,
        groups=args.groups,
        adjust=_columns(args.adjust),
        output=args.output,
        event=args.event,
        kind=args.kind,
        covariates=None if args.covariates is None else _columns(args.covariates),
        models=None if args.models is None else _columns(args.models),
        repeats=args.repeats,
        folds=args.folds,
        seed=args.seed,
        permutations=args.permutations,
        even_if_thin=args.even_if_thin,
        device=args.device,
        progress=args.progress,
        **table_options(args),
    )
    document: dict[str, Any] = answer.document() | {"output": str(args.output)}
    for text in answer.notes:
        note(f"note: {text}")
    for text in answer.warnings:
        note(f"warning: {text}")
    return Output(release_fields(generain.release) | document, _text(answer))


def _columns(names: list[str]) -> list[str]:
    """Return names that are given apart or with commas between."""
    return [name for each in names for name in each.split(",") if name]


def _text(answer: CohortAnswer) -> str:
    shown = answer.table[["representation", "metric", "mean", "low", "high", "null_p_value"]]
    title = f"held-out scores ({answer.table.attrs['label']})"
    return f"{titled_table(title, shown)}\n{answer.sentence}"
