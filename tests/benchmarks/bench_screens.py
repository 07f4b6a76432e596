"""Screens judged by their controls: level and power of ranks and tail, beside a plain z-score of distances and T² by F.

    python -m tests.benchmarks.bench_screens [--screens 500] [--only NAME]

Simulated screens in which depths differ from sample to sample: of few and of many controls, of several guides a target, in
batches, with tails heavier than normal ones, and such in which a third of the perturbations act. T² is Hotelling's over ten
principal components of the controls, held against F, as normal samples would ask for.
"""

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import f as fisher
from scipy.stats import false_discovery_control, norm

from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.screens.ranking import rank_by_controls
from generain_core.perturbations.screens.values import ScreenValues

ALPHA = 0.05
COMPONENTS = 10


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How screens are simulated.

    Attributes:
        controls, targets, guides: how many controls, targets, and samples of each.
        width: dimensions.
        batches: samples go through them in turn; each lies elsewhere.
        tails: degrees of freedom of a sample's size; 0: normal.
        acting, size: how many targets act, and how far they move.
    """

    controls: int = 60
    targets: int = 60
    guides: int = 1
    width: int = 40
    batches: int = 1
    tails: int = 0
    acting: int = 0
    size: float = 0.0


SETTINGS = {
    "null": Setting(),
    "size 4": Setting(acting=20, size=4.0),
    "size 6": Setting(acting=20, size=6.0),
    "size 9": Setting(acting=20, size=9.0),
    "20 controls": Setting(controls=20),
    "300 controls": Setting(controls=300),
    "2 guides": Setting(guides=2),
    "3 guides": Setting(guides=3),
    "2 guides, 300 controls": Setting(guides=2, controls=300),
    "2 batches, within": Setting(batches=2),
    "5 batches, within": Setting(batches=5, controls=100),
    "6 batches, pooled": Setting(batches=6),
    "2 guides, 2 batches": Setting(guides=2, batches=2, controls=80),
    "heavy tails": Setting(tails=5),
    "heavy tails, 300 controls": Setting(tails=5, controls=300),
    "heavy tails, 2 guides": Setting(tails=5, guides=2),
    "2 guides, size 4": Setting(guides=2, acting=20, size=4.0),
    "2 batches, size 6": Setting(batches=2, acting=20, size=6.0),
}


def screen(setting: Setting, seed: int) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.float64]]:
    """Return the ranked table of a simulated screen; in its order, p of a plain z-score of distances and p of T² by F."""
    generator = np.random.default_rng(seed)
    n, width = setting.controls + setting.targets * setting.guides, setting.width
    depths = np.exp(generator.uniform(-0.7, 0.7, n))
    batch = np.arange(n) % setting.batches
    batch[setting.controls :] = generator.integers(0, setting.batches, setting.targets).repeat(setting.guides)
    points = generator.normal(size=(n, width)) @ np.diag(3.0 / np.sqrt(1 + np.arange(width))) / np.sqrt(depths)[:, None]
    if setting.tails:
        points *= np.sqrt((setting.tails - 2) / generator.chisquare(setting.tails, n))[:, None]
    directions = generator.normal(size=(setting.acting, width))
    directions *= setting.size / np.linalg.norm(directions, axis=1, keepdims=True)
    points[setting.controls : setting.controls + setting.acting * setting.guides] += directions.repeat(setting.guides, axis=0)
    points += 10.0 * generator.normal(size=(setting.batches, width))[batch] * (setting.batches > 1)
    names = tuple(f"s{i}" for i in range(n))
    targets = [f"P{i}" for i in range(setting.targets)]
    labels = ["ctrl"] * setting.controls + [name for name in targets for _ in range(setting.guides)]
    obs = pd.DataFrame({"p": labels, "batch": [f"b{b}" for b in batch]}, index=list(names))
    space = Space(name="embedding", words="points", samples=names, points=points)
    values = ScreenValues(samples=names, values=points.astype(np.float32), scaled=False, words="points")
    design = make_design(obs, "p", "ctrl", strata=["batch"] if setting.batches > 1 else [])
    table = rank_by_controls(space, values, design, depths, Settings(seed=0)).table
    controls, means = _centered(points, batch, setting)
    apart, typical = np.linalg.norm(means, axis=1), np.linalg.norm(controls, axis=1) / np.sqrt(setting.guides)
    z = dict(zip(targets, norm.sf((apart - typical.mean()) / typical.std(ddof=1)), strict=True))
    hotelling = dict(zip(targets, _hotelling(controls, means, setting), strict=True))
    return table, *(np.array([each[name] for name in table["perturbation"]]) for each in (z, hotelling))


def _centered(
    points: NDArray[np.float64], batch: NDArray[np.int64], setting: Setting
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return controls and means of targets, each less the mean of the controls of its batch."""
    middle = np.stack([points[: setting.controls][batch[: setting.controls] == b].mean(0) for b in range(setting.batches)])
    centered = points - middle[batch]
    means = centered[setting.controls :].reshape(setting.targets, setting.guides, -1).mean(1)
    return centered[: setting.controls], means


def _hotelling(controls: NDArray[np.float64], means: NDArray[np.float64], setting: Setting) -> NDArray[np.float64]:
    """Return p-values of T² over principal components of the controls, as if these had been known beforehand."""
    k, freedom = min(COMPONENTS, setting.controls // 3), setting.controls - setting.batches
    _, sizes, axes = np.linalg.svd(controls, full_matrices=False)
    scores = means @ axes[:k].T
    noise = 1 / setting.guides + setting.batches / setting.controls
    squares = (scores**2 / (sizes[:k] ** 2 / freedom)).sum(1) / noise
    p: NDArray[np.float64] = fisher.sf(squares * (freedom - k + 1) / (k * freedom), k, freedom - k + 1)
    return p


def main() -> None:
    """Print level and power."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=500)
    parser.add_argument("--only", action="append")
    args = parser.parse_args()
    for name in args.only or SETTINGS:
        _report(name, SETTINGS[name], args.screens)


def _report(name: str, setting: Setting, screens: int) -> None:
    true = {f"P{i}" for i in range(setting.acting)}
    nulls: dict[str, list[float]] = {"rank": [], "tail": [], "z-score": [], "T² by F": []}
    found: dict[str, list[tuple[float, float, bool]]] = {way: [] for way in nulls}
    for seed in range(screens):
        table, z, hotelling = screen(setting, seed)
        is_true = table["perturbation"].isin(true).to_numpy()
        ways = zip(nulls, (table["p_value"].to_numpy(float), table["tail_p"].to_numpy(float), z, hotelling), strict=True)
        for way, p in ways:
            known = np.isfinite(p)
            nulls[way] += p[known & ~is_true].tolist()
            is_found = np.zeros(len(p), dtype=bool)
            is_found[known] = false_discovery_control(p[known]) <= ALPHA if known.any() else False
            share = (is_found & is_true).sum() / max(1, setting.acting)
            found[way].append((share, (is_found & ~is_true).sum() / max(1, is_found.sum()), bool(is_found.any())))
    print(f"{name}: {setting.acting} of {setting.targets} act, {screens} screens", flush=True)
    for way, each in nulls.items():
        levels = ", ".join(f"{level:g}: {np.mean(np.array(each) <= level):.4f}" for level in (0.5, 0.1, 0.05, 0.01, 0.001))
        power, false, _ = np.mean(found[way], axis=0)
        print(
            f"    {way:8} null p at {levels}; found {power:.3f} of those that act, false discovery rate {false:.3f}", flush=True
        )


if __name__ == "__main__":
    main()
