"""The command about perturbation experiments: perturb."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generain_core.cli.commands.perturbations import further_tables
from generain_core.cli.commands.perturbations.further_tables import Question
from generain_core.cli.commands.perturbations.label_options import add_label_options, labeled, preview
from generain_core.cli.commands.perturbations.outputs import add_files, check_files, files_of, is_asked, output, write
from generain_core.cli.expression_table import add_table, read_table
from generain_core.cli.opened import open_release, open_resolver
from generain_core.cli.options import add_device, add_model, add_output, add_seed, whole
from generain_core.cli.output import Output
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError
from generain_core.facade.tables import start_reader

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.genes import Resolver
    from generain_core.perturbations.choices import Choices
    from generain_core.release.files import Release
    from generain_core.samples.interpret.expression import Expression


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    words = "shift of each perturbation from control, with tests; what acts alike, moved genes, their attributes, targets"
    perturb = add_command("perturb", _perturb, words)
    add_table(perturb)
    words = "a .csv: the ranked table alone; any other name: a folder for all tables and the methods"
    add_output(perturb, "OUT", words=words)
    perturb.add_argument("--by", metavar="COLUMN", help="the sample column that names the perturbation")
    perturb.add_argument("--control", metavar="VALUE", help="its value for controls")
    perturb.add_argument("--strata", metavar="COLUMN[,COLUMN]", help="compare within the values of these (batch, cell line)")
    perturb.add_argument("--pair", metavar="COLUMN", default="", help="the donor or pair that samples belong to")
    words = "the column of donors, whose samples of one group are made one; names: the samples' names tell; none: each for itself"
    perturb.add_argument("--donor", metavar="COLUMN", help=f"{words} (as recognized)")
    words = "group A against group B, which is in place of --control; others take no part"
    perturb.add_argument("--contrast", nargs=2, metavar=("A", "B"), help=words)
    words = "compare this group alone with the control; may be repeated"
    perturb.add_argument("--only", action="append", default=[], metavar="LABEL", help=words)
    words = "columns to take into account (age, sex, batch); NAME:kinds or NAME:number says as what"
    perturb.add_argument("--covariates", metavar="COLUMN", help=words)
    perturb.add_argument("--against", choices=("control", "others"), default="control", help="controls (default) or all others")
    words = "rows are single cells, to be summed, or samples, to be kept; auto (default): as they look, which is said first"
    perturb.add_argument("--cells", choices=("auto", "sum", "keep"), default="auto", help=words)
    words = "leave this label as it is, whatever it looks like; may be repeated"
    perturb.add_argument("--as-written", action="append", default=[], metavar="LABEL", help=words)
    add_label_options(perturb)
    add_comparison(perturb)


def add_comparison(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how perturbations are compared, and what is written beside the ranked table."""
    parser.add_argument("--keep-guides", action="store_true", help="guides of one gene stay perturbations of their own")
    words = "by exchanging labels, or by the controls' own distances; auto (default): the latter without replicates"
    parser.add_argument("--test", choices=("auto", "exchange", "controls"), default="auto", help=words)
    add_model(parser, "which network embeds; default: the first there; none: expression only", none=True)
    parser.add_argument("--even-if-thin", action="store_true", help="embed although few genes of the model were measured")
    add_device(parser)
    parser.add_argument("--permutations", type=whole, default=9999, metavar="N", help="of labels, for p-values (9999)")
    parser.add_argument("--bootstrap", type=whole, default=500, metavar="N", help="0: no intervals")
    words = "counts that deeper samples are thinned to; 0: not at all; default: to a common depth, where depths differ"
    parser.add_argument("--depth", type=whole, metavar="N", help=words)
    add_seed(parser)
    further_tables.add_options(parser)
    add_files(parser)


def _perturb(args: argparse.Namespace) -> Output:
    from generain_core.perturbations.choices import contrast_of
    from generain_core.perturbations.published_example import read_choices

    if args.contrast is not None:
        args.control = contrast_of(args.contrast, args.control or "")[1]
    choices = choices_of(args)
    check_files(args, files_of(args))
    start_reader(args.input)
    release = open_release(args)
    resolver = open_resolver(release)
    expression = read_table(args, resolver)
    if args.read_labels is not None:
        expression, reading = labeled(args, expression, resolver)
        if args.preview:
            return preview(reading, release)
        choices = read_choices(choices, reading)
    return answer(args, expression, choices, release, resolver)


def answer(args: argparse.Namespace, expression: Expression, choices: Choices, release: Release, resolver: Resolver) -> Output:
    """Compare, write the files that the line names, and return what it prints."""
    from generain_core.perturbations.cells import columns_to_sum_by
    from generain_core.perturbations.run import run

    if args.cells == "auto" and choices.sum_by is None and (columns := columns_to_sum_by(expression, choices)):
        note(
            f"note: the {len(expression.samples):,} rows look like single cells, so they are summed by {' and '.join(columns)}; "
            "--cells keep takes them for samples, --sum-by names other columns."
        )
    files = files_of(args)
    result = run(expression, choices, release, resolver, progress=args.progress)
    question = Question(args, result, release)
    tables = further_tables.make(question, [name for name in files if is_asked(args, name)], list(files))
    write(question, tables, files)
    return output(question, tables, files)


def choices_of(args: argparse.Namespace) -> Choices:
    """Return what the line says of the experiment.

    Raises:
        GeneRAINError: the column of perturbations or the value of controls is missing, or a number is out of range.
    """
    from generain_core.perturbations.choices import Choices
    from generain_core.perturbations.effects.effect import Settings

    if not 99 <= args.permutations <= 1_000_000 or args.bootstrap > 100_000:
        raise GeneRAINError("Give 99 to 1,000,000 permutations and at most 100,000 bootstrap draws.")
    if args.read_labels is None and (args.by is None or args.control is None):
        raise GeneRAINError(
            "Say which sample column names the perturbation and which of its values is control, with --by and --control, "
            "or which two of them to compare, with --by and --contrast, or add --read-labels where the samples' names say it."
        )
    return Choices(
        column=args.by or "",
        control=args.control or "",
        strata=tuple(args.strata.split(",")) if args.strata else (),
        pair=args.pair,
        donor=getattr(args, "donor", None),
        only=(*(args.contrast[:1] if args.contrast else ()), *args.only),
        covariates=tuple(args.covariates.split(",")) if args.covariates else (),
        merge_guides=not args.keep_guides,
        reference=args.against,
        sum_by=tuple(args.sum_by.split(",")) if args.sum_by else None,
        model="" if args.model == "none" else args.model,
        min_genes=args.min_genes,
        thin=args.even_if_thin,
        device=args.device,
        settings=Settings(args.permutations, args.bootstrap, args.seed),
        as_written=tuple(args.as_written),
        depth=args.depth,
        cells=args.cells,
        test=args.test,
    )
