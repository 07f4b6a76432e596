"""The command about the published example: example, from its pickle to ranked perturbations."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generain_core.cli.commands.perturbations.outputs import check_files, files_of
from generain_core.cli.commands.perturbations.perturb import add_comparison, answer, choices_of
from generain_core.cli.opened import open_release, open_resolver
from generain_core.cli.options import add_min_genes, add_output
from generain_core.cli.output import Output
from generain_core.cli.progress import note

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    words = "the published example, a screen without replicates: from its pickle to ranked perturbations"
    example = add_command("example", _example, words)
    words = "a folder for all tables and the methods; a .csv: the ranked table alone"
    add_output(example, "DIR", words=words)
    add_min_genes(example)
    add_comparison(example)
    example.set_defaults(input=None, sheet=None, by=None, control=None, strata=None, pair="", against="control")
    example.set_defaults(contrast=None, covariates=None, cells="auto", only=[])
    example.set_defaults(sum_by="", as_written=[], read_labels="")


def _example(args: argparse.Namespace) -> Output:
    from generain_core.perturbations.design.label_preview import preview_labels
    from generain_core.perturbations.published_example import example_choices, read_example
    from generain_core.wording.labels import preview_sentences

    choices = choices_of(args)
    release = open_release(args)
    args.input = [release.path("example")]
    check_files(args, files_of(args))
    resolver = open_resolver(release)
    expression, reading = read_example(release, resolver, merge_guides=choices.merge_guides)
    for sentence in preview_sentences(preview_labels(reading), reading):
        note(f"note: {sentence}")
    return answer(args, expression, example_choices(choices, reading), release, resolver)
