"""The command about cohorts: cohort."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.expression_table import add_table, input_files, table_options
from generain_core.cli.opened import open_generain, release_fields
from generain_core.cli.options import add_device, add_output, add_seed, describe_models, whole
from generain_core.cli.output import Output, titled_table
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError
from generain_core.facade.tables import start_reader
from generain_core.text import listed

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.facade.cohort_answer import CohortAnswer

KINDS = ("two_classes", "classes", "number", "survival")


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    cohort = add_command("cohort", _cohort, "does the model predict an outcome of samples better than expression does")
    add_table(cohort)
    add_output(cohort, "DIR", words="a folder for all tables and the methods; files there are replaced")
    cohort.add_argument("--predict", metavar="COLUMN", help="the sample column of the outcome, or of the time")
    cohort.add_argument("--event", metavar="COLUMN", help="survival: the column that says whether the event was seen")
    words = "what --event says where it was seen, all else being none; default: 1, yes, dead and the like"
    cohort.add_argument("--event-value", metavar="VALUE", help=words)
    cohort.add_argument("--kind", choices=KINDS, help="what the outcome is, where that is recognized wrongly")
    words = "never split over folds (donor); default: recognized; none: each sample is a donor"
    cohort.add_argument("--groups", metavar="COLUMN", help=words)
    words = "regress these out of all representations, inside the folds"
    cohort.add_argument("--adjust", metavar="COLUMN", nargs="+", default=[], help=words)
    words = "predict from these too; default: age, sex and batch, as recognized"
    cohort.add_argument("--covariates", metavar="COLUMN", nargs="*", help=words)
    words = f"which networks embed; default: all that are there. {describe_models()}"
    cohort.add_argument("--models", metavar="NAME", nargs="+", help=words)
    words = "h5ad files that `embed` wrote of these samples, to be used again"
    cohort.add_argument("--embedded", type=Path, metavar="FILE", nargs="+", default=[], help=words)
    cohort.add_argument("--even-if-thin", action="store_true", help="embed although few genes of the model were measured")
    cohort.add_argument("--repeats", type=whole, default=5, metavar="N", help="of the cross-validation (5)")
    cohort.add_argument("--folds", type=whole, default=5, metavar="N", help="of each repeat (5)")
    cohort.add_argument("--permutations", type=whole, default=499, metavar="N", help="of outcomes, for the null (499); 0: none")
    add_seed(cohort)
    add_device(cohort)
    genes = cohort.add_argument_group("genes that carry it", "the score without them, beside placebos of like rank; takes long")
    genes.add_argument(
        "--without-genes", metavar="LIST", help="genes, each alone: a file or names with commas; or sets: a GMT file"
    )
    words = "attributes, whose 100 most probable genes are left out together"
    genes.add_argument("--without-attributes", metavar="ATTRIBUTE", nargs="+", default=[], help=words)
    genes.add_argument("--placebos", type=whole, default=19, metavar="N", help="beside each (19)")
    kept = cohort.add_argument_group("the probe")
    kept.add_argument("--save", type=Path, metavar="PROBE.zip", help="the probe on the embedding, fitted to all samples")
    kept.add_argument(
        "--apply", type=Path, metavar="PROBE.zip", help="predict these samples by a saved probe, in place of judging"
    )


def _cohort(args: argparse.Namespace) -> Output:
    if args.output.resolve() in input_files(args):
        raise GeneRAINError(f"{args.output} is the input itself; name another folder for the result.")
    if args.apply is not None:
        judging = ("predict", "save", "groups", "adjust", "covariates", "without_genes")
        if beside := [f"--{name.replace('_', '-')}" for name in judging if getattr(args, name)]:
            words = listed(beside)
            raise GeneRAINError(f"{words} can't stand beside --apply, which uses a saved probe as it is; leave one of them out.")
        return _apply(args)
    if args.predict is None:
        raise GeneRAINError("Name the column that is predicted with --predict, or a saved probe with --apply.")
    start_reader(args.input)
    generain = open_generain(args)
    answer = generain.cohort(
        args.input,
        predict=args.predict,
        groups=args.groups,
        adjust=_columns(args.adjust),
        output=args.output,
        event=args.event,
        event_value=args.event_value,
        kind=args.kind,
        covariates=None if args.covariates is None else _columns(args.covariates),
        models=None if args.models is None else _columns(args.models),
        embedded=args.embedded,
        repeats=args.repeats,
        folds=args.folds,
        seed=args.seed,
        permutations=args.permutations,
        without_genes=args.without_genes,
        without_attributes=args.without_attributes,
        placebos=args.placebos,
        save=args.save,
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


def _apply(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    table = generain.apply_cohort(args.input, args.apply, device=args.device, progress=args.progress, **table_options(args))
    from generain_core.cohort.report import rows_of

    args.output.mkdir(parents=True, exist_ok=True)
    generain._write_csv(table, args.output / "predictions.csv")
    facts = {name: table.attrs[name] for name in ("outcome", "kind", "classes", "held_out_score")}
    if few := list(table.loc[~table["far"] & (table["why"] != ""), "sample"]):
        note(f"warning: nothing is predicted of {listed(few)}: too few expressed genes")
    document = facts | {"far": int(table["far"].sum()), "predictions": rows_of(table), "output": str(args.output)}
    title = f"predicted {table.attrs['outcome']} (held-out {table.attrs['held_out_score']}; {table.attrs['label']})"
    return Output(release_fields(generain.release) | document, titled_table(title, table))


def _columns(names: list[str]) -> list[str]:
    """Return names that are given apart or with commas between."""
    return [name for each in names for name in each.split(",") if name]


def _text(answer: CohortAnswer) -> str:
    shown = answer.table[["representation", "metric", "mean", "low", "high", "null_p_value"]]
    title = f"held-out scores ({answer.table.attrs['label']})"
    return f"{titled_table(title, shown)}\n{answer.sentence}"
