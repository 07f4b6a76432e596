"""Single cells of a perturbation experiment, told from samples and summed to pseudobulks."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.labels import as_text, one_spelling
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.samples.binning.acceptance import MIN_GENES
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.pseudobulk import sum_by

CELLS_A_GROUP = 10
"""Rows with few genes and at least so many alike (median) are taken for single cells."""


def looks_like_cells(expression: Expression, column: str, others: Sequence[str] = ()) -> bool:
    """Say whether rows are single cells: half have too few genes for the model, and many share perturbation and strata."""
    if column not in expression.obs or len(expression.samples) < 2 * CELLS_A_GROUP:
        return False
    expressed = np.asarray((expression.values > 0).sum(1)).ravel()
    groups = expression.obs.groupby([column, *others], observed=True).size()
    return bool(np.median(expressed) <= MIN_GENES and len(groups) and groups.median() >= CELLS_A_GROUP)


def pseudobulk(expression: Expression, choices: Choices) -> tuple[Expression, tuple[Note, ...]]:
    """Sum single cells by perturbation (guides apart), strata and pair; return samples as they are if they are none.

    Perturbations that differ in capitals or blanks only are summed as one: two sums of one would pass for two samples.

    Raises:
        GeneRAINError: a column to sum by is not there.
    """
    extra = [c for c in (*choices.strata, *([choices.pair] if choices.pair else [])) if c != choices.column]
    columns = list(choices.sum_by) if choices.sum_by is not None else [choices.column, *dict.fromkeys(extra)]
    if choices.sum_by is None and not looks_like_cells(expression, choices.column, extra):
        return expression, ()
    if not columns:
        return expression, ()
    missing = [c for c in (choices.column, *extra) if c not in columns]
    if missing:
        raise GeneRAINError(f"Cells summed by {' and '.join(columns)} lose the column {missing[0]}; sum by it too.")
    expression, notes = _in_one_spelling(expression, choices)
    summed = sum_by(expression, columns)
    cells = summed.obs["n_cells"]
    facts = {"cells": int(cells.sum()), "sums": len(cells), "by": " and ".join(columns)}
    facts |= {"least": int(cells.min()), "most": int(cells.max()), "median": int(cells.median())}
    return summed, (Note(NoteKind.CELLS_SUMMED, facts), *notes)


def _in_one_spelling(expression: Expression, choices: Choices) -> tuple[Expression, list[Note]]:
    texts = as_text(expression.obs[choices.column])
    spelling = one_spelling(texts, choices.as_written)
    changed = {text: common for text, common in spelling.items() if text != common}
    if not changed:
        return expression, []
    obs = expression.obs.assign(**{choices.column: [spelling.get(text, "") for text in texts]})
    return replace(expression, obs=obs), [Note(NoteKind.SPELLINGS_SUMMED, {"spelling": changed})]
