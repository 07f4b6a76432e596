"""All perturbations of a design in one space or two: a row each, with false discovery rates and where an effect shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.covariates import columns_of, is_missing
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.adjusted.adjusted_effect import adjusted_effect
from generain_core.perturbations.effects.effect import Effect, Settings, spread_of, unknown_effect, with_test, without_p
from generain_core.perturbations.effects.intervals import Spread, spread_with_sureness
from generain_core.perturbations.effects.paired import paired_effect
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.effects.shift_test import FurtherTest
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.effects.unpaired import unpaired_effect
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.progress import Progress, silent
from generain_core.text import with_noun

MOST_REFERENCE = 1000
"""With more samples to compare with, so many are drawn at random, stratum by stratum in proportion."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Ranking:
    """Effects in one space.

    Attributes:
        space: which.
        table: one row a perturbation, strongest evidence first; see `COLUMNS`.
        shifts: perturbations × dimensions, in the order of the table; NaN where there is none.
        spread: of the controls.
        notes: what has to be known to read it.
    """

    space: Space
    table: pd.DataFrame
    shifts: NDArray[np.float64]
    spread: float
    notes: tuple[Note, ...]


def rank(
    space: Space,
    design: Design,
    settings: Settings | None = None,
    progress: Progress | None = None,
    *,
    untestable: Mapping[str, str] = MappingProxyType({}),
) -> Ranking:
    """Measure every perturbation of a design in a space; those that are untestable, for the reason given, get no p-value.

    Raises:
        GeneRAINError: no control has a place in the space.
    """
    settings, report = settings or Settings(), progress or silent
    effects, names = [], design.perturbations
    design, points = _placed(space, design)
    (spread, sureness), notes = _spread(points, design)
    for i, name in enumerate(names):
        report(i / len(names), f"{space.name}: {i:,} of {with_noun(len(names), 'perturbation')}")
        effects.append(_one(points, design, name, sureness, settings))
    effects = _tested_further(points, design, names, effects, settings)
    effects = [without_p(effect, untestable.get(name, "")) for name, effect in zip(names, effects, strict=True)]
    report(1.0, f"{space.name}: done")
    table = pd.DataFrame([_row(name, design, effect) for name, effect in zip(names, effects, strict=True)])
    table["fdr"], table["energy_fdr"] = false_discovery_rates(table["p_value"]), false_discovery_rates(table["energy_p"])
    order = np.lexsort((-table["effect"].fillna(-1), table["p_value"].fillna(2)))
    shifts = np.array([each.shift for each in effects])[order]
    notes += _notes(table, settings, drawn=_drawn(design))
    notes += space.notes
    return Ranking(space=space, table=table.iloc[order].reset_index(drop=True), shifts=shifts, spread=spread, notes=tuple(notes))


COLUMNS = (
    "perturbation",
    "target",
    "n_samples",
    "n_reference",
    "effect",
    "effect_low",
    "effect_high",
    "length",
    "p_value",
    "fdr",
    "energy_distance",
    "energy_p",
    "energy_fdr",
    "smallest_p",
    "relabellings",
    "exact",
    "test",
    "assumes",
    "why",
    "note",
)
FURTHER_TESTS: tuple[FurtherTest, ...] = ()
"""Asked in turn about perturbations that have samples and no p-value; the first answer with a p-value counts."""


def false_discovery_rates(p_values: "pd.Series[float]") -> NDArray[np.float64]:
    """Return Benjamini–Hochberg false discovery rates; perturbations without a p-value take no part and stay NaN.

    Source: Benjamini & Hochberg 1995, doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    from scipy.stats import false_discovery_control

    values = p_values.to_numpy(dtype=np.float64)
    rates, known = np.full(len(values), np.nan), ~np.isnan(values)
    if known.any():
        rates[known] = false_discovery_control(values[known], method="bh")
    return rates


def combine_rankings(rankings: Sequence[Ranking]) -> pd.DataFrame:
    """Return one row a perturbation, ordered by the first ranking; of a second, all its figures with its space's name before.

    Column `found_in` says where the effect shows at a false discovery rate of 5 %: ``both``, ``embedding only``,
    ``expression only``, ``neither``; ``not testable`` where there is no p-value in any, ``embedding not testable`` and such
    where it is missing in one.
    """
    first = rankings[0]
    table = first.table[[*COLUMNS, *(c for c in first.table if c not in COLUMNS)]].copy()
    table.insert(2, "space", first.space.name)
    if len(rankings) == 1:
        verdicts = np.where(table["fdr"] <= ALPHA, "found", "not found")
        table["found_in"] = np.where(table["fdr"].isna(), "not testable", verdicts)
        return table
    second = rankings[1]
    other = second.table.set_index("perturbation").reindex(table["perturbation"])
    for column in other.columns.drop("target"):
        table[f"{second.space.name}_{column}"] = other[column].to_numpy()
    names = (first.space.name, second.space.name)
    pairs = zip(table["fdr"], table[f"{second.space.name}_fdr"], strict=True)
    table["found_in"] = [_found_in(a, b, names) for a, b in pairs]
    return table


def _found_in(a: float, b: float, names: tuple[str, str]) -> str:
    unknown = [name for name, value in zip(names, (a, b), strict=True) if np.isnan(value)]
    if unknown:
        return "not testable" if len(unknown) == 2 else f"{unknown[0]} not testable"
    spaces = [name for name, value in zip(names, (a, b), strict=True) if value <= ALPHA]
    return ("neither", f"{spaces[0]} only" if spaces else "", "both")[len(spaces)]


def _placed(space: Space, design: Design) -> tuple[Design, NDArray[np.float64]]:
    place = {name: i for i, name in enumerate(space.samples)}
    design = design.take(np.array([name in place for name in design.samples]) & usable_samples(design))
    if not design.is_control.any() and design.reference == "control":
        raise GeneRAINError(
            f"No control sample ({design.control}) is left in {space.words}; see which samples were dropped, and why."
        )
    return design, space.points[[place[name] for name in design.samples]]


def _spread(points: NDArray[np.float64], design: Design) -> tuple[tuple[float, Spread], list[Note]]:
    control = design.is_control
    spread, freedom = spread_of(points[control], design.strata[control]) if control.any() else (float("nan"), 0)
    if freedom and spread > 0:
        sureness = spread_with_sureness(points[control], design.strata[control], spread)
        return (spread, sureness), [Note(NoteKind.ROUGH_SPREAD, {"freedom": freedom})] if freedom < 4 else []
    label = {name: i for i, name in enumerate(dict.fromkeys(design.labels))}
    groups = np.array([label[name] for name in design.labels]) * (design.strata.max() + 1) + design.strata
    spread, freedom = spread_of(points, groups)
    if freedom and spread > 0:
        return (spread, spread_with_sureness(points, groups, spread)), [Note(NoteKind.SPREAD_OF_REPLICATES)]
    unknown = Spread(value=float("nan"), freedom=0, dimensions=1.0, tails=float("inf"))
    return (float("nan"), unknown), [Note(NoteKind.NO_SPREAD)]


def usable_samples(design: Design) -> NDArray[np.bool_]:
    """Return which samples have a label, a stratum, all covariates and, where there are pairs, a pair."""
    there = np.asarray(design.labels != "", dtype=bool) & (design.strata >= 0)
    there &= ~is_missing(design.covariates, len(design.labels))
    return there & (design.pairs >= 0) if design.pairs is not None else there


def blocks_of(design: Design) -> NDArray[np.int64]:
    """Return the stratum of each sample, or the pair within its stratum: what samples are compared within."""
    if design.pairs is None:
        return design.strata
    return design.strata * (int(design.pairs.max(initial=0)) + 1) + design.pairs


def samples_to_compare(design: Design, name: str, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which samples are those of a perturbation, and which they are compared with."""
    perturbed = np.asarray(design.labels == name, dtype=bool)
    reference = _references(design, name)
    # Of pairs none is drawn: a counterpart may be lost, and means of pairs are few.
    return perturbed, reference if design.pairs is not None else _thinned(reference, design.strata, seed)


def _drawn(design: Design) -> bool:
    if design.pairs is not None:
        return False
    return any(_references(design, name).sum() > MOST_REFERENCE for name in design.perturbations)


def _references(design: Design, name: str) -> NDArray[np.bool_]:
    """Return which samples a perturbation can be compared with: those of its strata."""
    perturbed = np.asarray(design.labels == name, dtype=bool)
    reference = design.is_control if design.reference == "control" else ~perturbed
    return np.asarray(reference & np.isin(design.strata, np.unique(design.strata[perturbed])), dtype=bool)


def _one(points: NDArray[np.float64], design: Design, name: str, spread: Spread, settings: Settings) -> Effect:
    perturbed, reference = samples_to_compare(design, name, settings.seed)
    if not perturbed.any():
        return unknown_effect(points.shape[1], 0, 0, "none of its samples can be compared in this space")
    if not reference.any():
        return unknown_effect(points.shape[1], int(perturbed.sum()), 0, "no control in its strata")
    used = perturbed | reference
    covariates = columns_of(design.covariates)
    if covariates is not None:
        effect = adjusted_effect(points[used], perturbed[used], blocks_of(design)[used], covariates[used], spread, settings)
    elif design.pairs is not None:
        effect = paired_effect(points[used], perturbed[used], design.pairs[used], design.strata[used], spread, settings)
    else:
        effect = unpaired_effect(points[used], perturbed[used], design.strata[used], spread, settings)
    if effect.n_samples == 1:
        effect = without_p(effect, "one sample only: no p-value, no interval")
    return effect


def _tested_further(
    points: NDArray[np.float64], design: Design, names: Sequence[str], effects: list[Effect], settings: Settings
) -> list[Effect]:
    """Return the effects with p-values of the further tests for those that have samples on both sides and no p-value yet."""
    for further in FURTHER_TESTS:
        untested = [
            name
            for name, effect in zip(names, effects, strict=True)
            if np.isnan(effect.p_value) and effect.n_samples and effect.n_reference
        ]
        if untested:
            tests = further(points, design, untested, settings)
            effects = [
                with_test(effect, tests[name]) if name in tests else effect for name, effect in zip(names, effects, strict=True)
            ]
    return effects


def _thinned(reference: NDArray[np.bool_], strata: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    n = int(reference.sum())
    if n <= MOST_REFERENCE:
        return reference
    generator, drawn = np.random.default_rng(seed), np.zeros(len(reference), dtype=bool)
    for stratum in np.unique(strata[reference]):
        rows = np.flatnonzero(reference & (strata == stratum))
        drawn[generator.choice(rows, max(1, len(rows) * MOST_REFERENCE // n), replace=False)] = True
    return drawn


def _row(name: str, design: Design, effect: Effect) -> dict[str, object]:
    return {
        "perturbation": name,
        "target": design.targets.get(name, ""),
        "n_samples": effect.n_samples,
        "n_reference": effect.n_reference,
        "effect": effect.effect,
        "effect_low": effect.low,
        "effect_high": effect.high,
        "length": effect.length,
        "p_value": effect.p_value,
        "energy_distance": effect.energy,
        "energy_p": effect.energy_p,
        "smallest_p": effect.smallest_p,
        "relabellings": effect.relabellings,
        "exact": effect.exact,
        "test": str(effect.test),
        "assumes": effect.assumes,
        "why": effect.why,
        "note": effect.note,
    }


def _notes(table: pd.DataFrame, settings: Settings, *, drawn: bool) -> list[Note]:
    without = int(table["p_value"].isna().sum())
    notes = [Note(NoteKind.UNTESTED, {"untested": without, "perturbations": len(table)})] if without else []
    tested = table["p_value"].notna()
    reachable = table.loc[tested, "smallest_p"].max() * int(tested.sum()) if tested.any() else 0.0
    if reachable > ALPHA and tested.sum() > 1:
        notes.append(Note(NoteKind.FEW_RELABELINGS, {"tests": int(tested.sum())}))
    if drawn:
        notes.append(Note(NoteKind.REFERENCE_DRAWN, {"most": MOST_REFERENCE, "seed": settings.seed}))
    return notes
