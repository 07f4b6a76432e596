"""What of a table is left out as no sample or no gene, and why; each can be taken in again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.roles.gene_facts import describes_genes
from generain_core.samples.interpret.roles.measures import choose_measure
from generain_core.samples.interpret.roles.sample_facts import describe_samples
from generain_core.text import listed

Side = Literal["sample", "gene"]
ASKED = "left out as asked"


@dataclass(frozen=True)
class Apart:
    """A column or row that is left out.

    Attributes:
        side: whether it stands among the samples or among the genes.
        place: where, counted from 0 along that side.
        name: as written in the file.
        reason: what it is instead, as the rest of a sentence.
    """

    side: Side
    place: int
    name: str
    reason: str


@dataclass(frozen=True)
class Sorted:
    """Which samples and genes of a table are some.

    Attributes:
        apart: what is left out.
        called: sample's place → its name without the measure, where several columns a sample were told apart.
        measure: the measure that was taken (counts, TPM …), '' where there is only one.
        measures: all that there are.
    """

    apart: tuple[Apart, ...] = ()
    called: Mapping[int, str] | None = None
    measure: str = ""
    measures: tuple[str, ...] = ()

    def kept(self, side: Side, count: int) -> list[int]:
        """Return the places that are not left out along a side."""
        gone = {each.place for each in self.apart if each.side == side}
        return [i for i in range(count) if i not in gone]


def sort_out(
    values: Matrix,
    samples: Sequence[str],
    genes: Sequence[str],
    kinds: Sequence[tuple[str, bool]],
    *,
    take_in: Collection[str] = (),
    leave_out: Collection[str] = (),
    measure: str = "",
    leading: bool = False,
) -> Sorted:
    """Say which of a table's samples and genes are none.

    Args:
        values: samples × genes.
        samples: names along the first axis.
        genes: names along the second.
        kinds: of the genes' names, and whether each is known.
        take_in: names that are samples or genes whatever they look like.
        leave_out: names that are neither.
        measure: the measure to take where there are several; the one nearest to counts without it.
        leading: whether columns before the first gene describe samples, as in a table with genes in columns.
    """
    choice = choose_measure(samples, measure)
    among_samples = dict(choice.beside) if choice else {}
    among_samples |= {i: why for i, why in describes_genes(values, samples, set(among_samples)).items() if i not in among_samples}
    if len(among_samples) >= len(samples):
        among_samples, choice = {}, None
    among_genes = describe_samples(values, genes, kinds, leading=leading)
    apart = []
    sides: tuple[tuple[Side, Sequence[str], Mapping[int, str]], ...] = (
        ("sample", samples, among_samples),
        ("gene", genes, among_genes),
    )
    for side, names, reasons in sides:
        sentence = {i: ASKED for i, name in enumerate(names) if name in leave_out} if leave_out else {}
        both = {**{i: why for i, why in reasons.items() if names[i] not in take_in}, **sentence}
        apart += [Apart(side, i, names[i], both[i]) for i in sorted(both)]
    kept = set(range(len(samples))) - {each.place for each in apart if each.side == "sample"}
    called = {i: name for i, name in choice.called.items() if i in kept} if choice else None
    return Sorted(tuple(apart), called, choice.measure if choice else "", choice.measures if choice else ())


def said_of(roles: Sorted) -> list[str]:
    """Say what was left out as no sample or no gene, a sentence a reason."""
    sentences = []
    if len(roles.measures) > 1:
        sentences.append(f"Samples have several columns each ({listed(list(roles.measures))}); {roles.measure} were taken.")
    facts = [each.name for each in roles.apart if each.side == "gene"]
    if facts:
        sentences.append(f"Columns that describe samples: {listed(facts)}.")
    reasons: dict[str, list[str]] = {}
    for each in roles.apart:
        if each.side == "sample":
            reasons.setdefault(each.reason, []).append(each.name)
    return sentences + [f"No samples: {listed(names)} ({reason})." for reason, names in reasons.items()]


def part(values: Matrix, rows: Sequence[int], columns: Sequence[int]) -> Matrix:
    """Return some rows and columns of a table, itself if all are wanted."""
    some: Matrix = values
    if len(rows) < some.shape[0]:
        some = some[np.asarray(rows, np.int64)]
    if len(columns) < some.shape[1]:
        some = some[:, np.asarray(columns, np.int64)]
    return some
