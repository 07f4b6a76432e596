"""Single cells of a perturbation experiment, told from samples and summed to pseudobulks."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.depth.common import common_level
from generain_core.perturbations.depth.compare import compare_levels
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.design.labels import as_text, one_spelling
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.samples.binning.acceptance import MIN_GENES
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.pseudobulk import sum_by

CELLS_A_GROUP = 10
"""Rows with few genes and at least so many alike (median) are taken for single cells."""
SHARE_OF_A_CELL, COUNTS_OF_A_CELL = 0.5, 100_000
"""Rows with more of the measured genes, or more counts (medians), are samples."""


def looks_like_cells(expression: Expression, column: str, others: Sequence[str] = ()) -> bool:
    """Say whether rows are single cells, and not samples: a guess, which is shown before it acts.

    Half have too few genes for the model, few of the measured genes and few counts, and many share perturbation and strata.
    A panel of a few hundred genes has few genes too, but nearly all of them are expressed in a sample.
    """
    if column not in expression.obs or len(expression.samples) < 2 * CELLS_A_GROUP:
        return False
    expressed = np.asarray((expression.values > 0).sum(1)).ravel()
    if np.median(expressed) > SHARE_OF_A_CELL * len(expression.identifiers):
        return False
    if np.median(np.asarray(expression.values.sum(1)).ravel()) > COUNTS_OF_A_CELL:
        return False
    groups = expression.obs.groupby([column, *others], observed=True).size()
    return bool(np.median(expressed) <= MIN_GENES and len(groups) and groups.median() >= CELLS_A_GROUP)


def pseudobulk(expression: Expression, choices: Choices, most: int = 0) -> tuple[Expression, tuple[Note, ...]]:
    """Sum single cells by perturbation (guides apart), strata and pair; return samples as they are if they are none.

    Perturbations that differ in capitals or blanks only are summed as one: two sums of one would pass for two samples.

    Args:
        expression: samples or cells.
        choices: what was asked for.
        most: cells of each sum at most, drawn at random by the seed of the choices; 0 for all.

    Raises:
        GeneRAINError: a column to sum by is not there.
    """
    extra, columns = _kept_apart(choices), columns_to_sum_by(expression, choices)
    if not columns:
        return expression, ()
    missing = [c for c in (choices.column, *extra) if c not in columns]
    if missing:
        raise GeneRAINError(f"Cells summed by {' and '.join(columns)} lose the column {missing[0]}; sum by it too.")
    expression, notes = _in_one_spelling(expression, choices)
    summed = sum_by(expression, columns)
    cells = summed.obs["n_cells"]
    if most:
        drawn = _draw(expression, columns, most, choices.settings.seed)
        before = {"least": int(cells.min()), "most": int(cells.max()), "drawn": most, "seed": choices.settings.seed}
        notes.append(Note(NoteKind.CELLS_DRAWN, before | {"cells": len(drawn.samples)}))
        summed = sum_by(drawn, columns)
        cells = summed.obs["n_cells"]
    summed = _with_covariates(summed, expression, columns, choices.covariates)
    facts: dict[str, object] = {"cells": int(cells.sum()), "sums": len(cells), "by": " and ".join(columns)}
    facts |= {"least": int(cells.min()), "most": int(cells.max()), "median": int(cells.median())}
    return summed, (Note(NoteKind.CELLS_SUMMED, facts), *notes)


def columns_to_sum_by(expression: Expression, choices: Choices) -> list[str]:
    """Return the columns that rows are summed by, where these are cells by what was said or else by their look; none if not."""
    if choices.sum_by is not None or choices.cells == "keep":
        return list(choices.sum_by or ()) if choices.cells != "keep" else []
    extra = _kept_apart(choices)
    if choices.cells == "auto" and not looks_like_cells(expression, choices.column, extra):
        return []
    return [choices.column, *dict.fromkeys(extra)]


def _kept_apart(choices: Choices) -> list[str]:
    return [c for c in (*choices.strata, *([choices.pair] if choices.pair else [])) if c != choices.column]


def _with_covariates(summed: Expression, cells: Expression, columns: Sequence[str], covariates: Sequence[str]) -> Expression:
    """Return sums with the covariates of their cells, which all cells of a sum share.

    Raises:
        GeneRAINError: cells of one sum differ in a covariate.
    """
    obs, keys = summed.obs, [cells.obs[column].astype(str).reset_index(drop=True) for column in columns]
    for word in covariates:
        name = word if word in cells.obs else word.rsplit(":", 1)[0]
        if name not in cells.obs or name in obs:
            continue
        groups = cells.obs[name].reset_index(drop=True).groupby(keys, sort=False, observed=True)
        if (groups.nunique(dropna=False) > 1).any():
            raise GeneRAINError(f"Cells that are summed differ in the covariate {name}; sum by it too, or leave it out.")
        of_sum = groups.first()
        places = [tuple(row) if len(columns) > 1 else row[0] for row in obs[list(columns)].astype(str).itertuples(index=False)]
        obs = obs.assign(**{name: [of_sum[place] for place in places]})
    return replace(summed, obs=obs)


def cells_to_draw(summed: Expression, design: Design) -> int:
    """Return how many cells of each sum to keep so that all groups have alike many; 0 where they do.

    Sums of fewer cells vary more and lie lower in logarithms than sums of many, whatever was done to the cells.
    """
    cells = summed.obs["n_cells"].to_numpy(dtype=np.float64)
    if not any(level.differs for level in compare_levels(design, cells).values()):
        return 0
    return max(1, int(common_level(design, cells)))


def _draw(expression: Expression, columns: Sequence[str], most: int, seed: int) -> Expression:
    """Return a random choice of at most so many cells of each sum, in the order of the table."""
    order = np.random.default_rng(seed).permutation(len(expression.samples))
    groups = expression.obs[list(columns)].astype(str).iloc[order].groupby(list(columns), sort=False, observed=True)
    rows = np.sort(order[groups.cumcount().to_numpy() < most])
    return replace(
        expression,
        values=expression.values[rows],
        samples=tuple(expression.samples[i] for i in rows),
        obs=expression.obs.iloc[rows],
        own=None if expression.own is None else expression.own.take(rows),
    )


def _in_one_spelling(expression: Expression, choices: Choices) -> tuple[Expression, list[Note]]:
    texts = as_text(expression.obs[choices.column])
    spelling = one_spelling(texts, choices.as_written)
    changed = {text: common for text, common in spelling.items() if text != common}
    if not changed:
        return expression, []
    obs = expression.obs.assign(**{choices.column: [spelling.get(text, "") for text in texts]})
    return replace(expression, obs=obs), [Note(NoteKind.SPELLINGS_SUMMED, {"spelling": changed})]
