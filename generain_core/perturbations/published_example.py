"""The published example as a perturbation experiment: mean counts of knock-downs, whose names say what was done."""

from dataclasses import replace

from generain_core.genes import Resolver
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.label_preview import PERTURBATION, recognized, with_labels
from generain_core.perturbations.design.label_reading import LabelReading
from generain_core.release.files import Release
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.expression import Expression


def read_example(release: Release, resolver: Resolver, *, merge_guides: bool = True) -> tuple[Expression, LabelReading]:
    """Read the published example and the labels of its samples.

    Raises:
        GeneRAINError: the release has no example, or no pattern is recognized in the names of its samples.
    """
    expression = read_expression(release.path("example"), resolver)
    reading = recognized(expression, resolver, merge_guides=merge_guides)
    return with_labels(expression, reading), reading


def example_choices(choices: Choices, reading: LabelReading) -> Choices:
    """Return the choices for the published example: its labels as read, and embedded although a quarter of genes is in it.

    The authors' own bins and losses are of these 8,563 genes.
    """
    return replace(read_choices(choices, reading), thin=True)


def read_choices(choices: Choices, reading: LabelReading) -> Choices:
    """Return the choices for an experiment whose labels were read."""
    return replace(
        choices, column=PERTURBATION, control=reading.pattern.control, labels=reading.pattern, labels_in=reading.source
    )
