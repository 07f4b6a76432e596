"""Screens without replicates: level and power of ranks and tail among controls, beside a plain z-score of distances.

    python -m tests.benchmarks.bench_screens [--screens 500]

Simulated screens: 60 controls, 60 perturbations, of which none or a third act; depths differ from sample to sample.
"""

import argparse

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, norm

from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.screens.ranking import rank_by_controls
from generain_core.perturbations.screens.values import ScreenValues

CONTROLS, SINGLES, WIDTH = 60, 60, 40
ALPHA = 0.05


def screen(acting: int, size: float, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the ranked table of a simulated screen, and the FDR of a plain z-score of distances in the table's order."""
    generator = np.random.default_rng(seed)
    n = CONTROLS + SINGLES
    depths = np.exp(generator.uniform(-0.7, 0.7, n))
    points = generator.normal(size=(n, WIDTH)) @ np.diag(3.0 / np.sqrt(1 + np.arange(WIDTH))) / np.sqrt(depths)[:, None]
    directions = generator.normal(size=(acting, WIDTH))
    points[CONTROLS : CONTROLS + acting] += size * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    names = tuple(f"s{i}" for i in range(n))
    obs = pd.DataFrame({"p": ["ctrl"] * CONTROLS + [f"P{i}" for i in range(SINGLES)]}, index=list(names))
    space = Space(name="embedding", words="points", samples=names, points=points)
    values = ScreenValues(samples=names, values=points.astype(np.float32), scaled=False, words="points")
    table = rank_by_controls(space, values, make_design(obs, "p", "ctrl"), depths, Settings(seed=0)).table
    apart = np.linalg.norm(points - points[:CONTROLS].mean(0), axis=1)
    z = (apart[CONTROLS:] - apart[:CONTROLS].mean()) / apart[:CONTROLS].std(ddof=1)
    plain = dict(zip([f"P{i}" for i in range(SINGLES)], false_discovery_control(norm.sf(z)), strict=True))
    return table, np.array([plain[name] for name in table["perturbation"]])


def main() -> None:
    """Print level and power."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=500)
    screens = parser.parse_args().screens
    for acting, size in ((0, 0.0), (20, 4.0), (20, 6.0), (20, 9.0)):
        true = {f"P{i}" for i in range(acting)}
        p, tails, rows = [], [], {"rank": [], "tail": [], "z-score": []}
        for seed in range(screens):
            table, plain = screen(acting, size, seed)
            is_true = table["perturbation"].isin(true).to_numpy()
            p += table.loc[~is_true, "p_value"].tolist()
            tails += table.loc[~is_true, "tail_p"].tolist()
            for name, rates in (("rank", table["fdr"]), ("tail", table["tail_fdr"]), ("z-score", plain)):
                found = np.nan_to_num(np.asarray(rates, dtype=float), nan=1.0) <= ALPHA
                share = (found & is_true).sum() / max(1, acting)
                rows[name].append((share, (found & ~is_true).sum() / max(1, found.sum())))
        levels = ", ".join(f"{level:g}: {np.mean(np.array(p) <= level):.3f}" for level in (0.05, 0.1, 0.5))
        far = ", ".join(f"{level:g}: {np.mean(np.array(tails) <= level):.4f}" for level in (0.05, 0.01, 0.001))
        print(f"{acting} of {SINGLES} act, size {size:g}; null p by rank at {levels}; by tail at {far}")
        for name, each in rows.items():
            power, false = np.mean(each, axis=0)
            print(f"    {name:8} found {power:.3f} of those that act, false discovery rate {false:.3f}")


if __name__ == "__main__":
    main()
