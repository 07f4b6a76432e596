"""One value of each donor and group, before anything is tested."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.donors.repeats import APART, Repeats, find_repeats, over_strata
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.pseudobulk import sum_by
from generain_core.text import echo

_KEY = "\0group of one donor"
_EXAMPLES = 3


def one_value_a_donor(
    expression: Expression, design: Design, choices: Choices, make: Callable[[pd.DataFrame], Design]
) -> tuple[Expression, Design, tuple[Note, ...], dict[str, str]]:
    """Return samples and design with one value of each donor and group, what has to be known, and what can't be tested.

    Args:
        expression: samples, one row of the design each.
        design: who is compared with whom.
        choices: what was asked for.
        make: makes the design of a table of samples.

    Raises:
        GeneRAINError: there is no such column of donors, or samples of a donor differ in a covariate of kinds.
    """
    repeats = find_repeats(expression.obs, design, choices.donor)
    if repeats is None:
        return expression, design, (), {}
    note, kept = note_of(repeats, choices), choices.donor == APART or not repeats.sure
    if repeats.several and not kept:
        read = (design.column, *design.strata_by, *([design.pair_by] if design.pair_by else []))
        expression = merge_repeats(expression, repeats, choices.covariates, read)
        design = make(expression.obs)
        repeats = replace(repeats, donors=repeats.of_values())
    return expression, design, (note,) if note else (), {} if kept else over_strata(repeats, design)


def merge_repeats(
    expression: Expression, repeats: Repeats, covariates: Sequence[str] = (), read: Sequence[str] = ()
) -> Expression:
    """Return samples in which each donor has one value in each group: the sum of its samples.

    What all samples of a value have in common is kept of their columns; covariates that are numbers are averaged. Columns that
    were `read` to find the groups keep the first spelling, as guides of a gene are one label under several names.

    Raises:
        GeneRAINError: samples of a donor differ in a covariate of kinds.
    """
    keyed = replace(expression, obs=expression.obs.assign(**{_KEY: repeats.groups.astype(str)}))
    summed = sum_by(keyed, [_KEY])
    groups = expression.obs.reset_index(drop=True).groupby(repeats.groups, sort=False)
    first = groups.head(1).index.to_numpy()
    sizes = groups.size().to_numpy()
    names = [str(expression.samples[i]) for i in first]
    taken = set(expression.samples)
    for i, (row, size) in enumerate(zip(first, sizes, strict=True)):
        if size > 1:
            names[i] = _free(f"{repeats.donors[row]}, {size} samples, first {names[i]}", taken)
    columns = {
        str(name): expression.obs[name].iloc[first].tolist()
        if name in read
        else _common(str(name), expression.obs[name], repeats.groups, covariates)
        for name in expression.obs
    }
    obs = pd.DataFrame(columns, index=pd.Index(names, dtype=object))
    return replace(summed, samples=tuple(names), obs=obs, notes=expression.notes)


def note_of(repeats: Repeats, choices: Choices) -> Note | None:
    """Return what a reader has to know of repeated donors, if anything."""
    facts: dict[str, object] = {"source": repeats.source, "recognized": repeats.recognized, "several": repeats.several}
    facts |= {"donors": repeats.count, "crossed": repeats.crossed, "paired": bool(choices.pair)}
    facts |= {"before": len(repeats.groups), "after": len(np.unique(repeats.groups))}
    if not repeats.several:
        return Note(NoteKind.DONORS_CROSSED, facts) if repeats.crossed > 1 and not choices.pair else None
    if not repeats.sure:
        some = pd.Series(repeats.donors).value_counts()
        return Note(NoteKind.MAY_BE_REPEATS, facts | {"examples": some[some > 1].index[:_EXAMPLES].tolist()})
    return Note(NoteKind.REPEATS_KEPT if choices.donor == APART else NoteKind.REPEATS_SUMMED, facts)


def _common(name: str, values: "pd.Series", groups: NDArray[np.int64], covariates: Sequence[str]) -> list[object]:
    """Return a column's value for each group, nothing where its samples differ.

    Raises:
        GeneRAINError: they differ in a covariate of kinds.
    """
    by = values.reset_index(drop=True).groupby(groups, sort=False)
    same = by.nunique(dropna=False) <= 1
    first: list[object] = [part.iloc[0] for _, part in by]
    if same.all():
        return first
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if name in {word.rsplit(":", 1)[0] for word in covariates} | set(covariates):
        if not number:
            raise GeneRAINError(
                f"Samples of one donor differ in the covariate {echo(name)}, so they can't be one value; leave the covariate "
                "out, or keep the samples apart (--donor none) if they are independent."
            )
        return list(by.mean())
    nothing: object = np.nan if number else ""
    return [value if alike else nothing for value, alike in zip(first, same, strict=True)]


def _free(name: str, taken: set[str]) -> str:
    fresh, number = name, 2
    while fresh in taken:
        fresh, number = f"{name} ({number})", number + 1
    taken.add(fresh)
    return fresh
