"""Does the target itself go down? What is left of it, for every perturbation that names a gene."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.perturbations.design.covariates import columns_of
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.adjusted.adjusted_effect import adjusted_effect
from generain_core.perturbations.effects.analysis import blocks_of, false_discovery_rates, samples_to_compare, usable_samples
from generain_core.perturbations.effects.effect import Effect, Settings
from generain_core.perturbations.effects.paired import paired_effect
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.effects.unpaired import unpaired_effect
from generain_core.perturbations.genes.gene_values import GeneValues, gene_values
from generain_core.perturbations.genes.spread_ratio import spread_ratios
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.screens.one_against_many import FEW, LEAST, one_against_many
from generain_core.progress import Progress

COLUMNS = ("perturbation", "target", "left_percent", "change", "p_value", "fdr", "n_samples", "n_reference", "verdict")
_SHARE = 0.5


def measure_targets(result: Perturbed, progress: Progress | None = None) -> pd.DataFrame:
    """Return one row a perturbation with a target; see `COLUMNS`.

    ``change`` is the shift of log2(count · 10⁷ / total + 1) of the target, ``left_percent`` what is left of it (100 · 2^change).
    The p-value is that of effects in one dimension: exact or random permutation within strata, or sign flips of pairs, so a
    change up counts as much as one down; of up to four samples against ten or more, by a t-test with the spread of these,
    widened by how much more the perturbed samples vary over many genes (`spread_ratios`).
    Verdicts: down, up (at a false discovery rate of 5 %), not told, too few samples, depth differs,
    hardly expressed in the reference, not measured.
    """
    values = gene_values(result, "log2", prior=1)
    place = {sample: i for i, sample in enumerate(values.samples)}
    design = result.design.take(usable_samples(result.design) & np.array([sample in place for sample in result.design.samples]))
    rows, names, measured = [], design.perturbations, _measured(values, design.targets.values())
    ratios = _ratios(values, design, place)
    for i, name in enumerate(names):
        if progress:
            progress(i / len(names), f"targets: {i:,} of {len(names):,}")
        target = design.targets.get(name, "")
        if not target:
            continue
        row: dict[str, object] = dict.fromkeys(COLUMNS, np.nan) | {
            "perturbation": name,
            "target": target,
            "verdict": "not measured",
        }
        one = measured.get(target)
        if one is not None:
            points = one[[place[sample] for sample in design.samples]][:, None]
            perturbed, reference = samples_to_compare(design, name, result.choices.settings.seed)
            covariates = columns_of(design.covariates)
            if covariates is None:
                ratio = ratios.get(name)
                level = _told(points, perturbed, reference, design.strata, design.pairs, result.choices.settings, ratio)
            else:
                level = _beside(points, perturbed, reference, blocks_of(design), covariates, result.choices.settings)
            if name in result.depth.untestable:
                level |= {"p_value": np.nan, "verdict": "depth differs"}
            rows.append(row | level)
        else:
            rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    if not len(table):
        return table
    table["fdr"] = false_discovery_rates(table["p_value"].astype(float))
    certain = (table["fdr"] <= ALPHA) & (table["verdict"] == "not told")
    table.loc[certain, "verdict"] = np.where(table.loc[certain, "change"] < 0, "down", "up")
    return table.sort_values(["left_percent", "perturbation"], kind="stable", ignore_index=True)


def _measured(values: GeneValues, targets: Collection[str]) -> dict[str, NDArray[np.float64]]:
    """Return the values of those targets that were measured, in all samples."""
    place = {gene: i for i, gene in enumerate(values.genes)}
    names = sorted(place.keys() & set(targets))
    columns: dict[str, NDArray[np.float64]] = {}
    for part, block, _ in values.blocks(np.arange(len(values.samples)), np.array([place[n] for n in names], dtype=np.int64)):
        columns |= {name: block[:, i] for i, name in enumerate(names[part])}
    return columns


def _told(
    points: np.ndarray,
    perturbed: np.ndarray,
    reference: np.ndarray,
    strata: np.ndarray,
    pairs: np.ndarray | None,
    settings: Settings,
    ratio: float | None = None,
) -> dict[str, object]:
    used = perturbed | reference
    if not reference.any():
        return {"verdict": "too few samples"}
    if perturbed.sum() == 1 and pairs is None:
        return _of_few(points[:, 0], perturbed, reference, strata, 1.0)
    if ratio is not None:
        return _of_few(points[:, 0], perturbed, reference, strata, ratio)
    quick = Settings(settings.permutations, 0, settings.seed)
    if pairs is not None:
        return _of_effect(paired_effect(points[used], perturbed[used], pairs[used], strata[used], 1.0, quick), points[reference])
    return _of_effect(unpaired_effect(points[used], perturbed[used], strata[used], 1.0, quick), points[reference])


def _beside(
    points: np.ndarray,
    perturbed: np.ndarray,
    reference: np.ndarray,
    blocks: np.ndarray,
    covariates: np.ndarray,
    settings: Settings,
) -> dict[str, object]:
    """Return what is told of a target beside covariates."""
    if not reference.any():
        return {"verdict": "too few samples"}
    used = perturbed | reference
    effect = adjusted_effect(points[used], perturbed[used], blocks[used], covariates[used], 1.0, settings)
    return _of_effect(effect, points[reference])


def _of_effect(effect: Effect, reference: np.ndarray) -> dict[str, object]:
    if not np.isfinite(effect.shift).all():
        return {"verdict": "too few samples"}
    change = float(effect.shift[0])
    verdict = "not told" if np.isfinite(effect.p_value) and effect.n_samples > 1 else "too few samples"
    if (reference > 0).mean() < _SHARE:
        verdict = "hardly expressed in the reference"
    return {
        "left_percent": 100 * 2**change,
        "change": change,
        "p_value": effect.p_value if effect.n_samples > 1 else np.nan,
        "n_samples": effect.n_samples,
        "n_reference": effect.n_reference,
        "verdict": verdict,
    }


def _ratios(values: GeneValues, design: Design, place: dict[str, int]) -> dict[str, float]:
    """Return by how much more the samples of perturbations of few vary than controls do."""
    if (
        design.pairs is not None
        or design.reference != "control"
        or design.is_control.sum() - len(np.unique(design.strata[design.is_control])) < LEAST - 1
    ):
        return {}
    rows = np.array([place[sample] for sample in design.samples], dtype=np.int64)
    strata = np.full(len(values.samples), -1, dtype=np.int64)
    strata[rows] = design.strata
    few = {name: rows[design.labels == name] for name in design.targets}
    several = np.bincount(design.strata[design.is_control], minlength=int(design.strata.max(initial=0)) + 1)
    controlled = {name for name in few if (several[design.strata[design.labels == name]] > 0).all()}
    few = {name: members for name, members in few.items() if 1 < len(members) <= FEW and name in controlled}
    return spread_ratios(values, rows[design.is_control], strata, few)


def _of_few(
    values: np.ndarray, perturbed: np.ndarray, reference: np.ndarray, strata: np.ndarray, ratio: float
) -> dict[str, object]:
    """Return what is told of a target with a few samples: a t-test against the controls, where these are many."""
    change, p, n = one_against_many(values, perturbed, reference, strata, ratio)
    verdict = "not told" if np.isfinite(p) else "too few samples"
    if (values[reference] > 0).mean() < _SHARE:
        verdict = "hardly expressed in the reference"
    return {
        "left_percent": 100 * 2**change,
        "change": change,
        "p_value": p,
        "n_samples": int(perturbed.sum()),
        "n_reference": n,
        "verdict": verdict,
    }
