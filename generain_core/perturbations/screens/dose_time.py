"""Effect against dose or time: for each compound the shift at each level, and a test of trend that keeps plates apart."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.label_words import dose_of, hours_of
from generain_core.perturbations.effects.analysis import Ranking, false_discovery_rates, usable_samples
from generain_core.perturbations.effects.effect import spread_of
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.notes import NoteKind
from generain_core.perturbations.run import Perturbed
from generain_core.progress import Progress, silent
from generain_core.text import significant

COLUMNS: tuple[str, ...] = ("compound", "space", "levels", "n_samples", "plates", "lowest", "highest")
COLUMNS += ("effect_lowest", "effect_highest", "spearman", "p_value", "fdr", "smallest_p", "orders", "exact", "why")
CURVE_COLUMNS = ("compound", "space", "level", "n_samples", "length", "effect")
EXACT = 10_000
_DRAWS = 9_999
_LEVEL_NAMES = ("dose", "pert_dose", "concentration", "conc", "time", "pert_time", "timepoint", "hours", "day")
_COMPOUND_NAMES = ("compound", "pert_iname", "drug", "treatment")


@dataclass(frozen=True, eq=False, kw_only=True)
class Trends:
    """Effects against dose or time.

    Attributes:
        compound, level: the columns of compounds and of their levels.
        table: one row a compound and space; see `COLUMNS`. ``p_value`` is of the trend over ordered levels.
        curves: one row a compound, space and level; see `CURVE_COLUMNS`.
    """

    compound: str
    level: str
    table: pd.DataFrame
    curves: pd.DataFrame


def level_columns(obs: pd.DataFrame) -> list[str]:
    """Return the columns that are called a dose or time and hold three levels or more."""
    named = [str(c) for c in obs.columns if str(c).casefold() in _LEVEL_NAMES]
    return [c for c in named if len(np.unique(_finite(levels_of(obs[c])))) >= 3]


def compound_column(obs: pd.DataFrame, column: str) -> str:
    """Return the column that names compounds apart from their doses, or the one of the perturbations."""
    return next((str(c) for name in _COMPOUND_NAMES for c in obs.columns if str(c).casefold() == name), column)


def kept_apart(obs: pd.DataFrame, level: str) -> tuple[str, ...]:
    """Return the other columns of dose or time that differ: a dose is compared within a time, a time within a dose."""
    names = (str(c) for c in obs.columns if str(c) != level and str(c).casefold() in _LEVEL_NAMES)
    return tuple(name for name in names if obs[name].nunique(dropna=True) > 1)


def levels_of(values: pd.Series) -> NDArray[np.float64]:
    """Return doses or times as numbers: as they are, or read of words such as 10uM and 24h; NaN where there is none."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64)
    numbers = []
    for word in values.fillna("").astype(str):
        bare = re.sub(r"^(.*?\d)\.0$", r"\1", word.strip())
        dose, hours = dose_of(bare), hours_of(bare)
        numbers.append(dose[0] if dose else hours if hours is not None else math.nan)
    return np.array(numbers, dtype=np.float64)


def find_trends(
    result: Perturbed,
    level: str,
    compound: str | None = None,
    apart: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Trends:
    """Measure each compound's effect at each level, in both spaces, and test for a trend.

    Within each plate (stratum of the design, and what else is kept apart) samples are less the mean of its controls. The
    statistic is the squared length of Σ (rank of the level − its mean in the plate) × (sample), so that any direction may
    grow; p is by exchanging levels among the samples of the compound within plates: all ways where there are at most 10,000.
    It asks whether levels differ in order, not whether the compound acts: with no effect of the level, wells are exchangeable.

    Args:
        result: of `run`.
        level: the column of doses or times.
        compound: the column of compounds; by default one that is called so, else that of the perturbations.
        apart: further columns within whose values levels are compared; by default the time, where the level is a dose.
        progress: told the share done.

    Raises:
        GeneRAINError: a column is not there, or no compound has three levels.
    """
    report: Progress = progress or silent
    if result.design.covariates:
        raise GeneRAINError("A trend over dose or time takes no covariates; compare without them, or take a batch as a stratum.")
    obs = result.expression.obs
    compound = compound or compound_column(obs, result.choices.column)
    apart = kept_apart(obs, level) if apart is None else apart
    missing = [name for name in (level, compound, *apart) if name not in obs]
    if missing:
        raise GeneRAINError(f"There is no sample column {missing[0][:60]!r} to look for a trend; name one of dose or time.")
    place = {name: i for i, name in enumerate(result.expression.samples)}
    rows, curves = [], []
    for number, ranking in enumerate(result.rankings):
        names = set(ranking.space.samples)
        design = result.design
        design = design.take(usable_samples(design) & np.array([s in names for s in design.samples]))
        which = [place[sample] for sample in design.samples]
        some = obs.iloc[which]
        levels = levels_of(some[level])
        keys = [design.strata.astype(str), *(some[c].astype(str).to_numpy() for c in apart)]
        plates = pd.factorize(pd.Series(["/".join(words) for words in zip(*keys, strict=True)]))[0]
        compounds = np.array(["" if design.is_control[i] else str(c) for i, c in enumerate(some[compound])], dtype=object)
        centered, spread = _centered(ranking, design.samples, plates, design.is_control)
        for i, name in enumerate(dict.fromkeys(c for c in compounds if c)):
            report((number + i / len(compounds)) / len(result.rankings), f"trend of {name}")
            own = (compounds == name) & np.isfinite(levels) & np.isfinite(centered).all(1)
            if len(np.unique(levels[own])) < 3:
                continue
            one = _one(centered[own], levels[own], plates[own], spread, result.choices.settings.seed)
            rows.append({"compound": name, "space": ranking.space.name} | one[0])
            curves += [{"compound": name, "space": ranking.space.name} | point for point in one[1]]
    if not rows:
        summed = any(note.kind is NoteKind.REPEATS_SUMMED for note in result.notes)
        hint = " Samples of a donor were summed over levels; keep them apart (--donor none)." if summed else ""
        raise GeneRAINError(
            f"No value of {compound} has three levels of {level} or more, so there is no trend to look for.{hint}"
        )
    table = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    for space in table["space"].unique():
        here = table["space"] == space
        table.loc[here, "fdr"] = false_discovery_rates(table.loc[here, "p_value"])
    table = table.sort_values(["p_value", "compound"], kind="stable", ignore_index=True)
    return Trends(compound=compound, level=level, table=table, curves=pd.DataFrame(curves, columns=list(CURVE_COLUMNS)))


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[np.isfinite(values)]


def _centered(
    ranking: Ranking, samples: Sequence[str], plates: NDArray[np.int64], control: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Return points less the mean of their plate's controls (NaN without any), and the spread of controls."""
    place = {name: i for i, name in enumerate(ranking.space.samples)}
    points = ranking.space.points[[place[sample] for sample in samples]]
    centered = np.full(points.shape, np.nan)
    for plate in np.unique(plates):
        here = plates == plate
        if (here & control).any():
            centered[here] = points[here] - points[here & control].mean(0)
    spread, _ = spread_of(points[control], plates[control])
    return centered, spread


def _one(
    points: NDArray[np.float64], levels: NDArray[np.float64], plates: NDArray[np.int64], spread: float, seed: int
) -> tuple[dict[str, object], list[dict[str, object]]]:
    from scipy.stats import spearmanr

    names = np.unique(levels)
    lengths = np.linalg.norm(points, axis=1) / spread
    curve: list[dict[str, object]] = []
    for level in names:
        members = points[levels == level]
        length = float(np.linalg.norm(members.mean(0))) / spread
        effect = math.sqrt(max(0.0, length**2 - 1 / len(members)))
        curve.append({"level": float(level), "n_samples": len(members), "length": length, "effect": effect})
    p, least, orders, exact, why = trend_p(points, levels, plates, seed)
    row: dict[str, object] = {"levels": len(names), "n_samples": len(levels), "plates": len(np.unique(plates))}
    row |= {"lowest": float(names[0]), "highest": float(names[-1])}
    row |= {"effect_lowest": curve[0]["effect"], "effect_highest": curve[-1]["effect"]}
    row |= {"spearman": float(spearmanr(levels, lengths).statistic), "p_value": p, "smallest_p": least}
    return row | {"orders": orders, "exact": exact, "why": why}, curve


def trend_p(
    points: NDArray[np.float64], levels: NDArray[np.float64], plates: NDArray[np.int64], seed: int
) -> tuple[float, float, int, bool, str]:
    """Return the p-value of a trend, the smallest it could be, the orders looked at, whether these are all, and why it has none.

    Args:
        points: samples × dimensions, less their plate's controls.
        levels: dose or time of each.
        plates: of each; levels are exchanged within one.
        seed: of random orders.
    """
    ranks = np.unique(levels, return_inverse=True)[1].astype(float)
    blocks = [np.flatnonzero(plates == plate) for plate in np.unique(plates)]
    for block in blocks:
        ranks[block] -= ranks[block].mean()
    distinct = math.prod(_orders(levels[block]) for block in blocks)
    mirrored = all(np.allclose(np.sort(ranks[block]), np.sort(-ranks[block])) for block in blocks)
    least = (2 if mirrored else 1) / distinct if distinct <= EXACT else 1 / (_DRAWS + 1)
    if least > ALPHA:
        words = f"levels can be ordered in {distinct} ways only: the smallest p-value is {significant(least)}"
        return float("nan"), least, 0, False, words
    gram = points @ points.T
    if distinct <= EXACT:
        scores = _every(ranks, blocks)
    else:
        generator = np.random.default_rng(seed)
        scores = np.tile(ranks, (_DRAWS, 1))
        for block in blocks:
            scores[:, block] = generator.permuted(scores[:, block], axis=1)
    values = np.einsum("ij,ij->i", scores @ gram, scores)
    observed = float(ranks @ gram @ ranks)
    above = int((values >= observed * (1 - 1e-9)).sum())
    p = above / len(values) if distinct <= EXACT else (above + 1) / (len(values) + 1)
    return p, least, len(values), distinct <= EXACT, ""


def _orders(levels: NDArray[np.float64]) -> int:
    counts = np.unique(levels, return_counts=True)[1]
    return math.factorial(len(levels)) // math.prod(math.factorial(int(n)) for n in counts)


def _every(ranks: NDArray[np.float64], blocks: list[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return all different orders of the ranks within blocks, the given one among them."""
    scores = ranks[None, :].copy()
    for block in blocks:
        orders = np.array(list(_arrangements(tuple(ranks[block].tolist()))))
        scores = np.repeat(scores, len(orders), axis=0)
        scores[:, block] = np.tile(orders, (len(scores) // len(orders), 1))
    return scores


def _arrangements(values: tuple[float, ...]) -> list[tuple[float, ...]]:
    if len(values) <= 1:
        return [values]
    arrangements = []
    for value in dict.fromkeys(values):
        rest = list(values)
        rest.remove(value)
        arrangements += [(value, *each) for each in _arrangements(tuple(rest))]
    return arrangements
