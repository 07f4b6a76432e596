"""Perturbations of a screen without replicates, ranked by how far they lie from the controls."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.analysis import COLUMNS, Ranking, false_discovery_rates, usable_samples
from generain_core.perturbations.effects.effect import Settings, spread_of
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.effects.shift_test import ASSUMES, TestName
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.perturbations.screens.ceiling import NoiseCeiling, noise_ceiling
from generain_core.perturbations.screens.tail import tail_p
from generain_core.perturbations.screens.values import ScreenValues
from generain_core.perturbations.screens.yardstick import Yardstick, measure
from generain_core.progress import Progress, silent
from generain_core.text import significant, with_noun

SCREEN_COLUMNS = ("distance", "tail_p", "tail_fdr", "agreement")
"""What a screen's table has beside `COLUMNS`.

``distance``: from the controls, over the median of left-out controls; 1 is a control. ``tail_p`` and ``tail_fdr``: from a tail
fitted to the controls. ``agreement``: mean cosine of the shifts of a perturbation's samples (guides of a target).
"""
LEAST = 19
"""With fewer controls no rank reaches 5 %."""
LEAST_WITHIN = 20
"""Means of controls that each stratum needs to be the yardstick of its own perturbations."""
_DEPTH = 1.5


@dataclass(frozen=True, eq=False, kw_only=True)
class _Placed:
    """Samples of a design that have values: rows of controls and of each perturbation, and why some have none."""

    points: NDArray[np.float64]
    values: NDArray[np.float32]
    strata: NDArray[np.int64]
    controls: NDArray[np.int64]
    depths: NDArray[np.float64]
    groups: dict[str, NDArray[np.int64]]
    why: dict[str, str]


def rank_by_controls(
    space: Space,
    values: ScreenValues,
    design: Design,
    depths: NDArray[np.float64],
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Measure every perturbation's distance from the controls, and rank it among the controls' own when these are left out.

    The distance is Mahalanobis', under a covariance that is fitted to controls alone and shrunken (`fit_controls`). Controls
    are left out in up to 20 parts; the left-out and the perturbed are measured under the same fit, which has seen neither.
    p = (1 + b) / (n + 1), with b of n controls at least as far; means of m samples are ranked among means of m controls, of
    which as many count as share no control. Controls of a perturbation's own stratum are the yardstick where each stratum has
    at least 20, else those of all strata. Beside it stands a p-value from a tail that is fitted to the controls (`tail_p`).

    Args:
        space: where shifts are, for effects and directions.
        values: what distances are of.
        design: who is perturbed by what.
        depths: counts of each sample of the design; a perturbation far outside the controls' range gets no p-value.
        settings: the seed.
        progress: told the share done and words.

    Raises:
        GeneRAINError: too few controls have a place in the space.
    """
    settings, report = settings or Settings(), progress or silent
    placed = _placed(space, values, design, depths)
    names = list(placed.groups)
    groups = [placed.groups[name] for name in names]
    within = _within_strata(placed)
    yardstick = measure(
        placed.values,
        placed.controls,
        placed.strata,
        groups,
        placed.depths,
        scaled=values.scaled,
        seed=settings.seed,
        within=within,
        progress=lambda share, words: report(0.9 * share, f"{space.name}: {words}"),
    )
    report(0.92, f"{space.name}: noise ceiling")
    ceiling = noise_ceiling(placed.points, placed.controls, placed.strata, groups, settings.seed)
    measured = pd.DataFrame(
        [_judged(i, placed.strata[groups[i]], yardstick, within=within) for i in range(len(names))],
        index=names,
        columns=["distance", "p_value", "smallest_p", "relabellings", "tail_p", "why"],
    ).assign(agreement=ceiling.agreement)
    table, shifts, spread = _table(placed, design, measured)
    report(1.0, f"{space.name}: done")
    notes = _notes(table, placed, values, yardstick, ceiling, within=within)
    return Ranking(space=space, table=table, shifts=shifts, spread=spread, notes=(*notes, *space.notes))


def _placed(space: Space, values: ScreenValues, design: Design, depths: NDArray[np.float64]) -> _Placed:
    place, row = ({name: i for i, name in enumerate(each.samples)} for each in (space, values))
    there = np.array([name in place and name in row for name in design.samples]) & usable_samples(design)
    design, logs = design.take(there), np.log(np.maximum(depths[there], 1e-12))
    points = space.points[[place[name] for name in design.samples]]
    strata, control = design.strata, design.is_control
    counts = pd.Series(strata[control]).value_counts()
    enough = set(counts.index[counts >= 2])
    controls = np.flatnonzero(control & np.isin(strata, list(enough)))
    if len(controls) < 4:
        raise GeneRAINError(
            f"{with_noun(len(controls), 'control')} ({design.control}) with a place in {space.words} beside another of the same "
            "stratum; at least 4 are needed for a yardstick."
        )
    groups, why = dict[str, NDArray[np.int64]](), dict[str, str]()
    for name in design.perturbations:
        every = np.flatnonzero(np.asarray(design.labels == name, dtype=bool))
        rows = every[np.isin(strata[every], list(enough))]
        if not len(rows):
            why[name] = "no two controls in its stratum"
            continue
        groups[name] = rows
        ours = logs[controls[np.isin(strata[controls], strata[rows])]]
        if not ours.min() - np.log(_DEPTH) <= logs[rows].mean() <= ours.max() + np.log(_DEPTH):
            why[name] = "its depth is far from that of every control, which moves samples too: no control tells how far"
    return _Placed(
        points=points,
        values=values.values[[row[name] for name in design.samples]],
        strata=strata,
        controls=controls,
        depths=logs,
        groups=groups,
        why=why,
    )


def _within_strata(placed: _Placed) -> bool:
    """Say whether controls of a perturbation's own stratum suffice as its yardstick, for all perturbations.

    They do where each stratum has 20 means of controls, of as many as the largest perturbation has samples, that share none:
    ranks of fewer reach no false discovery rate of 5 %.
    """
    counts = pd.Series(placed.strata[placed.controls]).value_counts()
    used = {int(stratum) for rows in placed.groups.values() for stratum in placed.strata[rows]}
    alone = all(len(np.unique(placed.strata[rows])) == 1 for rows in placed.groups.values())
    most = max((len(rows) for rows in placed.groups.values()), default=1)
    return len(counts) > 1 and alone and all(counts.get(stratum, 0) // most >= LEAST_WITHIN for stratum in used)


def _judged(
    i: int, strata: NDArray[np.int64], yardstick: Yardstick, *, within: bool
) -> tuple[float, float, float, int, float, str]:
    """Return a perturbation's distance, p-value and the smallest it could be, how many controls it was ranked among, tail p."""
    size = int(yardstick.size[i])
    nothing = (float("nan"), float("nan"), float("nan"), 0, float("nan"))
    if size not in yardstick.controls or not len(yardstick.controls[size]):
        return (*nothing, f"too few controls for means of {size}")
    own = yardstick.perturbed[size][:, i]
    if not np.isfinite(own).all():
        return (*nothing, "too few controls in its stratum")
    logs, fits = yardstick.controls[size], yardstick.fits[size]
    independent = yardstick.disjoint[size].get(int(strata[0]) if within else -1, 0)
    if within:
        same = yardstick.strata[size] == strata[0]
        logs, fits = logs[same], fits[same]
    known = np.isfinite(logs)
    logs, fits = logs[known], fits[known]
    distance = float(np.exp((own.mean() - np.median(logs)) / 2))
    share = float((logs >= own[fits] - 1e-9).mean())
    floor = 1 / (independent + 1)
    tail = float(tail_p(np.array([own.mean()]), logs, independent)[0])
    p = (1 + independent * share) * floor
    if independent < LEAST:
        controls = f"{independent} means of {size} controls" if size > 1 else f"{independent} controls"
        words = f"the smallest p-value that {controls} can give is {significant(floor)}"
        words += "; the fitted tail says more" if np.isfinite(tail) else ""
        return distance, float("nan"), floor, independent, tail, words
    return distance, p, floor, independent, tail, ""


def _table(placed: _Placed, design: Design, measured: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.float64], float]:
    """Return the table, strongest evidence first, the shifts in its order, and the spread of controls."""
    spread, _ = spread_of(placed.points[placed.controls], placed.strata[placed.controls])
    counts = {int(s): int((placed.strata[placed.controls] == s).sum()) for s in np.unique(placed.strata[placed.controls])}
    means = {s: placed.points[placed.controls[placed.strata[placed.controls] == s]].mean(0) for s in counts}
    rows, shifts = [], []
    for name in design.perturbations:
        members = placed.groups.get(name)
        row: dict[str, object] = {"perturbation": name, "target": design.targets.get(name, ""), "n_samples": 0, "n_reference": 0}
        shift = np.full(placed.points.shape[1], np.nan)
        if members is not None:
            strata = placed.strata[members]
            shift = np.mean([placed.points[i] - means[int(s)] for i, s in zip(members, strata, strict=True)], axis=0)
            names, of = np.unique(strata, return_counts=True)
            noise = sum((k / len(members)) ** 2 * (1 / k + 1 / counts[int(s)]) for s, k in zip(names, of, strict=True))
            square = float(shift @ shift)
            row |= {"n_samples": len(members), "n_reference": sum(counts[int(s)] for s in names)}
            row |= {"length": float(np.sqrt(square)) / spread}
            row |= {"effect": float(np.sqrt(max(0.0, square - float(noise) * spread**2))) / spread}
            row |= {str(column): value for column, value in measured.loc[name].items()}
        row["why"] = placed.why.get(name, row.get("why", "")) or ""
        if name in placed.why:
            row |= {"p_value": np.nan, "tail_p": np.nan}
        rows.append(row)
        shifts.append(shift)
    table = pd.DataFrame(rows).reindex(columns=[*COLUMNS, *SCREEN_COLUMNS])
    tested = table["p_value"].notna()
    table["relabellings"] = table["relabellings"].fillna(0).astype(int)
    table["exact"] = tested
    table["test"] = np.where(tested, str(TestName.CONTROLS), "")
    table["assumes"] = np.where(tested, ASSUMES[TestName.CONTROLS], "")
    table["note"] = table["why"]
    table["fdr"], table["tail_fdr"] = false_discovery_rates(table["p_value"]), false_discovery_rates(table["tail_p"])
    order = np.lexsort((-table["distance"].fillna(-1), table["tail_p"].fillna(2), table["p_value"].fillna(2)))
    return table.iloc[order].reset_index(drop=True), np.array(shifts)[order], spread


def _notes(
    table: pd.DataFrame, placed: _Placed, values: ScreenValues, yardstick: Yardstick, ceiling: NoiseCeiling, *, within: bool
) -> list[Note]:
    strata = len(np.unique(placed.strata[placed.controls]))
    facts = {"words": values.words, "shrinkage": yardstick.shrinkage, "controls": len(placed.controls), "strata": strata}
    facts |= {"explained": yardstick.explained}
    notes = [Note(NoteKind.CONTROLS_YARDSTICK, facts | {"within": within, "parts": yardstick.parts})]
    tests = int(table["p_value"].notna().sum())
    if tests:
        floor = float(table.loc[table["p_value"].notna(), "smallest_p"].max())
        needed = int(np.ceil(tests * floor / ALPHA - 1e-9))
        notes.append(Note(NoteKind.CONTROLS_FLOOR, {"floor": floor, "tests": tests, "needed": needed}))
    deep = sum("depth" in words for words in placed.why.values())
    without = int(table["p_value"].isna().sum()) - deep
    if without:
        notes.append(Note(NoteKind.UNTESTED, {"untested": without, "perturbations": len(table)}))
    if deep:
        notes.append(Note(NoteKind.CONTROLS_DEPTH, {"perturbations": deep}))
    notes.append(Note(NoteKind.CEILING_CONTROLS, {"effect": ceiling.control_effect, "halves": ceiling.halves}))
    if np.isfinite(ceiling.within):
        several = int(np.isfinite(ceiling.agreement).sum())
        facts = {"within": ceiling.within, "between": ceiling.between, "perturbations": several}
        notes.append(Note(NoteKind.CEILING_GUIDES, facts))
    return notes
