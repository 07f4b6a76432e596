"""Options that say how labels of samples are read, and what a preview prints."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from generain_core.cli.opened import release_fields
from generain_core.cli.output import Output, records
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError
from generain_core.text import with_noun

if TYPE_CHECKING:
    from generain_core.genes import Resolver
    from generain_core.perturbations.design.label_reading import LabelReading
    from generain_core.release.files import Release
    from generain_core.samples.interpret.expression import Expression


def add_label_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how labels are read."""
    labels = parser.add_argument_group(
        "labels that hold several things", "in place of --by, such as 9_AAAS_P1P2 or DMSO_10uM_24h"
    )
    words = "read perturbation, target, guide, dose and time from this column; without one, from the samples' names"
    labels.add_argument("--read-labels", nargs="?", const="", metavar="COLUMN", help=words)
    words = "how they are built, where that is not recognized: the separator, =, and what each field is (_=number,target,other)"
    labels.add_argument("--label-pattern", metavar="SEPARATOR=FIELD[,FIELD]", help=words)
    labels.add_argument("--label-prefix", default=None, metavar="TEXT", help="taken off a target (sg)")
    labels.add_argument(
        "--label-suffix", default=None, metavar="TEXT", help="taken off a target; # is the number of a guide (-#)"
    )
    labels.add_argument("--preview", action="store_true", help="print what was read of the labels, and stop")


def labeled(args: argparse.Namespace, expression: Expression, resolver: Resolver) -> tuple[Expression, LabelReading]:
    """Read the labels that the line names; say what was read on standard error.

    Raises:
        GeneRAINError: no pattern was recognized and none is given, or it can't be one.
    """
    from generain_core.perturbations.design.label_preview import pattern_of, preview_labels, recognized, with_labels
    from generain_core.perturbations.design.label_reading import read_labels
    from generain_core.perturbations.design.label_recognition import labels_of
    from generain_core.wording.labels import preview_sentences

    if args.by is not None:
        raise GeneRAINError("--by and --read-labels exclude each other; labels that are read name the perturbation themselves.")
    options = {"source": args.read_labels, "merge_guides": not args.keep_guides}
    written = pattern_of(args.label_pattern) if args.label_pattern else None
    try:
        pattern = written or recognized(expression, resolver, **options).pattern
    except GeneRAINError as problem:
        raise GeneRAINError(f"{problem} On the line: --label-pattern _=target,guide, say, or --sheet SHEET.") from problem
    changes = {"prefix": args.label_prefix, "suffix": args.label_suffix, "control": args.control}
    pattern = replace(pattern, **{name: value for name, value in changes.items() if value is not None})
    reading = read_labels(labels_of(expression.obs, args.read_labels), pattern, resolver, **options)
    for sentence in preview_sentences(preview_labels(reading), reading):
        note(f"note: {sentence}")
    return with_labels(expression, reading), reading


def preview(reading: LabelReading, release: Release) -> Output:
    """Return what was read of labels, before anything is computed."""
    from generain_core.perturbations.design.label_preview import preview_labels

    counts = preview_labels(reading)
    pattern = reading.pattern
    document = release_fields(release) | {"pattern": asdict(pattern) | {"words": pattern.words}, "source": reading.source}
    document |= {name: value for name, value in vars(counts).items() if name != "fields"}
    document |= {"fields": records(counts.fields), "labels_read": records(reading.table.assign(label=list(reading.labels)))}
    lines = [f"{counts.fit:,} of {with_noun(counts.labels, 'label')} fit: {pattern.words}", counts.fields.to_string(index=False)]
    return Output(document, "\n".join(lines))
