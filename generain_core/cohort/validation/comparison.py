"""The one comparison of the verdict, fixed beforehand: the model that inner folds choose, and expression's best likewise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import Outcome
from generain_core.cohort.validation.corrected import Difference, Mean, corrected_difference, samples_needed
from generain_core.cohort.validation.least_error import BOUNDS, score_interval
from generain_core.cohort.validation.nested import FoldResult

MARGIN = 0.05
"""A difference of the primary score that matters."""
ALPHA = 0.05
Verdict = Literal["better", "no_better", "worse", "too_few"]
EMBEDDING = "embedding:"
EXPRESSION = ("expression_pca", "expression_lasso")


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison:
    """Does the model say more than expression?

    Attributes:
        verdict: in a word.
        model, expression: scores of what inner folds chose on either side.
        chosen_models, chosen_expression: how often each was chosen.
        difference: of the model's scores and expression's, over the same folds.
        needed: samples that would show a difference of `MARGIN` with 80 % power at the variance seen.
        model_says: whether the model's score lies above chance at 5 %, one-sided.
        expression_says: whether expression's does.
    """

    verdict: Verdict
    model: Mean
    expression: Mean
    chosen_models: Mapping[str, int]
    chosen_expression: Mapping[str, int]
    difference: Difference
    needed: int
    model_says: bool
    expression_says: bool

    @property
    def favorite(self) -> str:
        """Return the model that inner folds chose most often."""
        return max(self.chosen_models, key=lambda name: self.chosen_models[name]).partition(":")[2]


def compare(
    results: Mapping[str, Sequence[FoldResult]],
    outcome: Outcome,
    truth: NDArray[np.float64],
    groups: NDArray[np.intp],
    test_share: float,
) -> Comparison:
    """Choose a model and a kind of expression in each training set by its inner folds, and compare what they score outside.

    The verdict is ``better`` or ``worse`` where the corrected test finds a difference at 5 % (two-sided) and the higher side
    lies above chance too, at 5 %: scores that are both chance, or below it, differ in nothing that matters. Else it is
    ``no_better`` where a gain of `MARGIN` is ruled out at 5 %, and ``too_few`` where it is not. Sides that score the same in
    every fold, and neither of them above chance, rule nothing out.
    """
    models = choose(results, [name for name in results if name.startswith(EMBEDDING)])
    plain = choose(results, [name for name in EXPRESSION if name in results])
    model, expression = (
        score_interval(each.scores, outcome.primary, outcome, truth, groups, test_share) for each in (models, plain)
    )
    difference = corrected_difference(models.scores, plain.scores, test_share, MARGIN, BOUNDS[outcome.primary])
    model_says, expression_says = (each.lies_above(outcome.chance) for each in (model, expression))
    verdict: Verdict
    if difference.p_value < ALPHA and (expression_says if difference.mean < 0 else model_says):
        verdict = "worse" if difference.mean < 0 else "better"
    else:
        is_nothing = difference.error == 0 and not (model_says or expression_says)
        verdict = "no_better" if difference.below_margin < ALPHA and not is_nothing else "too_few"
    return Comparison(
        verdict=verdict,
        model=model,
        expression=expression,
        chosen_models=models.counts,
        chosen_expression=plain.counts,
        difference=difference,
        needed=samples_needed(difference.error, difference.folds, len(truth), MARGIN),
        model_says=model_says,
        expression_says=expression_says,
    )


@dataclass(frozen=True, eq=False)
class Chosen:
    """What inner folds chose in each training set: its held-out score, and how often each was chosen."""

    scores: NDArray[np.float64]
    counts: dict[str, int]


def choose(results: Mapping[str, Sequence[FoldResult]], names: Sequence[str]) -> Chosen:
    """Return in each fold the held-out score of the representation with the best inner score; ties go to the first."""
    inner = np.array([[each.inner for each in results[name]] for name in names])
    outer = np.array([[each.primary for each in results[name]] for name in names])
    best = np.where(np.isfinite(inner), inner, -np.inf).argmax(0)
    counts = {name: int((best == i).sum()) for i, name in enumerate(names)}
    return Chosen(outer[best, np.arange(outer.shape[1])], counts)
