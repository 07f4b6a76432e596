"""What is done about unequal depth: which depth all samples are thinned to, and which perturbations can't be tested."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.depth.common import common_level
from generain_core.perturbations.depth.compare import NEAR, Level, compare_levels
from generain_core.perturbations.depth.thinning import COUNTED
from generain_core.perturbations.design.experiment import Design
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.text import significant


@dataclass(frozen=True, eq=False, kw_only=True)
class DepthPlan:
    """How depth is dealt with.

    Attributes:
        depth: what deeper samples are thinned to; 0 for not at all.
        ratios: depth of each perturbation over that of its reference, before thinning.
        differ: how many perturbations differ in depth from their reference.
        untestable: why a perturbation can't be tested, for those that thinning does not mend.
    """

    depth: float
    ratios: dict[str, float]
    differ: int
    untestable: dict[str, str] = field(default_factory=dict)


def plan_depth(
    design: Design,
    totals: NDArray[np.float64],
    expressed: NDArray[np.float64],
    kind: ValueKind,
    *,
    cells: NDArray[np.float64] | None = None,
    depth: int | None = None,
    seed: int = 0,
) -> DepthPlan:
    """Compare depth between perturbed and reference samples, and say what is done where it differs.

    Counts are thinned to a common depth. Perturbations that then still differ can't be tested. Of values that are no
    counts totals say nothing of depth, so the number of expressed genes is compared; where that differs, none is tested.

    Args:
        design: who is compared with whom.
        totals: counts of each sample over gene rows.
        expressed: gene rows above zero of each sample.
        kind: of the values.
        cells: how many were summed to each sample, where these were cells.
        depth: to thin to, whether or not depths differ; 0: not to thin; None: the common depth, where they differ.
        seed: of the draw where there are very many reference samples.
    """
    before = compare_levels(design, totals, seed)
    ratios = {name: level.ratio for name, level in before.items()}
    differ = [name for name, level in before.items() if level.differs]
    if kind not in COUNTED:
        richness = compare_levels(design, expressed, seed)
        why = {name: _no_counts(level) for name, level in richness.items() if level.differs}
        return DepthPlan(depth=0.0, ratios=ratios, differ=len(why), untestable=why)
    to = float(depth) if depth is not None else (common_level(design, totals) if differ else 0.0)
    after = compare_levels(design, np.minimum(totals, to), seed) if to > 0 else before
    still = [name for name, level in after.items() if (_is_off(level) if to > 0 else level.differs)]
    why = {name: _not_mended(before[name], thinned=to > 0) for name in still}
    for name, level in (compare_levels(design, cells, seed) if cells is not None else {}).items():
        if level.differs:
            why.setdefault(name, _fewer_cells(level))
    return DepthPlan(depth=to, ratios=ratios, differ=len(differ), untestable=why)


def _is_off(level: Level) -> bool:
    return not np.isnan(level.ratio) and max(level.ratio, 1 / level.ratio) > NEAR


def _times(level: Level) -> str:
    return f"{significant(level.ratio)} times"


def _no_counts(richness: Level) -> str:
    return (
        f"its samples express {_times(richness)} the genes of those they are compared with, as samples read at another depth do, "
        "and values that are no counts can't be thinned to equal depth: no p-value"
    )


def _fewer_cells(level: Level) -> str:
    return (
        f"its samples are sums of {_times(level)} as many cells as those they are compared with, which moves them by itself and "
        "can't be mended once cells are summed: no p-value; where cells are summed here, it can be compared by itself (as a "
        "contrast, or the only group), with as many cells drawn of all"
    )


def _not_mended(depth: Level, *, thinned: bool) -> str:
    after = "were not thinned to equal depth: no p-value"
    if thinned:
        after = (
            "are below the depth that the others were thinned to: no p-value; compared by itself (as a contrast, or the only "
            "group), all are thinned to its depth"
        )
    return f"its samples were read {_times(depth)} as deeply as those they are compared with, and {after}"
