"""Samples brought to equal depth before anything is tested, where their groups differ in it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.perturbations.choices import Choices
from generain_core.perturbations.depth.plan import DepthPlan, plan_depth
from generain_core.perturbations.depth.thinning import thin
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.samples.binning.acceptance import expressed_genes, sample_depths
from generain_core.samples.interpret.expression import Expression


def equal_depth(
    expression: Expression, design: Design, counted: NDArray[np.bool_], choices: Choices, *, by_controls: bool = False
) -> tuple[Expression, DepthPlan, tuple[Note, ...]]:
    """Return the samples, thinned where groups differ in depth, with the plan and what has to be known of it.

    Args:
        expression: samples, one row of the design each.
        design: who is compared with whom.
        counted: which rows of the table are genes.
        choices: what was asked for.
        by_controls: whether perturbations are ranked among the controls, which takes depth into account by itself: then counts
            are thinned where that is asked for only.
    """
    totals, seed = sample_depths(expression, counted), choices.settings.seed
    expressed = expressed_genes(expression.values, counted).astype(np.float64)
    plan = plan_depth(design, totals, expressed, expression.value_kind, cells=_cells(expression), depth=choices.depth, seed=seed)
    if by_controls and not choices.depth:
        return expression, DepthPlan(depth=0.0, ratios=plan.ratios, differ=plan.differ), ()
    notes: list[Note] = []
    if plan.depth:
        expression = thin(expression, totals, plan.depth, seed)
        ratios = np.array([ratio for ratio in plan.ratios.values() if np.isfinite(ratio)])
        facts: dict[str, float] = {
            "differ": plan.differ,
            "perturbations": len(plan.ratios),
            "depth": int(plan.depth),
            "seed": seed,
        }
        facts |= {"low": float(ratios.min(initial=np.inf)), "high": float(ratios.max(initial=0.0))}
        notes.append(Note(NoteKind.THINNED, facts))
    elif choices.depth == 0 and plan.differ:
        notes.append(Note(NoteKind.NOT_THINNED))
    if plan.untestable:
        of = {"untestable": len(plan.untestable), "perturbations": len(plan.ratios)}
        notes.append(Note(NoteKind.UNEQUAL_DEPTH, of))
    return expression, plan, tuple(notes)


def _cells(expression: Expression) -> NDArray[np.float64] | None:
    """Return how many cells each sample is the sum of, if that is known."""
    if "n_cells" not in expression.obs:
        return None
    cells = pd.to_numeric(expression.obs["n_cells"], errors="coerce").fillna(0)
    return np.asarray(cells, dtype=np.float64)
