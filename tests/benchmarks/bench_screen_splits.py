"""Null screens out of a real one: controls split at random into controls and such that are taken for perturbed.

    python -m tests.benchmarks.bench_screen_splits RELEASE EMBEDDED.h5ad -o ROWS.csv [--splits 500] [--only NAME]

RELEASE holds the example, EMBEDDED its embedding. In each split half of the controls stay, and the others are perturbations
of one sample, of two guides, of guides in batches; batches are drawn, and each is moved by an effect of its own. Nothing
acts, so p-values are uniform and in 5 % of the splits anything is found at a false discovery rate of 5 %. Rows are added to
the file as they are finished, and a run that was cut off goes on where it stopped.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

import generain_core
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.published_example import read_example
from generain_core.perturbations.screens.ranking import rank_by_controls
from generain_core.perturbations.screens.values import ScreenValues, expression_values
from generain_core.samples.binning.acceptance import sample_depths

ALPHA = 0.05
LEVELS = (0.01, 0.05, 0.1, 0.5)
COLUMNS = ("setting", "space", "split", "way", "tested", *(f"p<={level:g}" for level in LEVELS), "found")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How controls are split.

    Attributes:
        guides: samples of a perturbation.
        batches: how many; all samples of a perturbation lie in one unless `across`.
        across: whether guides of a perturbation lie in different batches.
        offset: length of a batch's effect, in spreads of the controls.
    """

    guides: int = 1
    batches: int = 1
    across: bool = False
    offset: float = 3.0


SETTINGS = {
    "1 sample": Setting(),
    "2 guides": Setting(guides=2),
    "3 guides": Setting(guides=3),
    "2 batches": Setting(batches=2),
    "12 batches": Setting(batches=12),
    "2 guides, 2 batches": Setting(guides=2, batches=2),
    "2 guides, 12 batches": Setting(guides=2, batches=12),
    "2 guides across 2 batches": Setting(guides=2, batches=2, across=True),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Controls:
    """The controls of a screen in one space: values that distances are of, and depths."""

    values: ScreenValues
    depths: NDArray[np.float64]


def controls_of(release: str, embedded: Path, genes: int) -> dict[str, Controls]:
    """Return the controls of the example in both spaces, of expression so many genes at most, drawn at random."""
    opened = generain_core.open(release)
    expression, reading = read_example(opened.release, opened.resolver)
    control = (expression.obs["perturbation"] == reading.pattern.control).to_numpy()
    counted = np.ones(len(expression.identifiers), dtype=bool)
    depths = sample_depths(expression, counted)
    adata = anndata.read_h5ad(embedded)
    place = {name: i for i, name in enumerate(adata.obs_names)}
    there = control & np.array([name in place for name in expression.samples])
    samples = tuple(np.array(expression.samples, dtype=object)[there])
    points = np.asarray(adata.obsm["X_generain"], dtype=np.float32)[[place[name] for name in samples]]
    plain = expression_values(expression, counted, control)
    row = {name: i for i, name in enumerate(plain.samples)}
    columns = np.sort(np.random.default_rng(0).permutation(plain.values.shape[1])[:genes])
    return {
        "embedding": Controls(
            values=ScreenValues(samples=samples, values=points, scaled=False, words="embedding"), depths=depths[there]
        ),
        "expression": Controls(
            values=replace(plain, samples=samples, values=plain.values[[row[name] for name in samples]][:, columns]),
            depths=depths[there],
        ),
    }


def split(controls: Controls, setting: Setting, seed: int) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield p-values by rank, by tail and by a plain z-score of distances, of one split in which nothing acts."""
    generator = np.random.default_rng(seed)
    n = len(controls.depths)
    kept = n // 2
    order = generator.permutation(n)
    perturbations = (n - kept) // setting.guides
    rows = order[: kept + perturbations * setting.guides]
    labels = np.array(["ctrl"] * kept + [f"P{i}" for i in range(perturbations) for _ in range(setting.guides)], dtype=object)
    batch = np.arange(len(rows)) % setting.batches
    if not setting.across:
        batch[kept:] = (np.arange(perturbations) % setting.batches).repeat(setting.guides)
    values = controls.values.values[rows].copy()
    if setting.batches > 1:
        moves = generator.normal(size=(setting.batches, values.shape[1]))
        spread = np.sqrt(((values - values.mean(0)) ** 2).sum(1).mean())
        moves *= setting.offset * spread / np.linalg.norm(moves, axis=1, keepdims=True)
        values += moves[batch].astype(np.float32)
    names = tuple(f"s{i}" for i in range(len(rows)))
    obs = pd.DataFrame({"p": labels, "batch": [f"b{b}" for b in batch]}, index=list(names))
    design = make_design(obs, "p", "ctrl", strata=["batch"] if setting.batches > 1 else [])
    space = Space(name="embedding", words="points", samples=names, points=values.astype(np.float64))
    given = replace(controls.values, samples=names, values=values)
    table = rank_by_controls(space, given, design, controls.depths[rows], Settings(seed=seed)).table
    yield "rank", table["p_value"].to_numpy(float)
    yield "tail", table["tail_p"].to_numpy(float)
    yield "z-score", _z_scores(values, batch, kept, setting)


def _z_scores(values: NDArray[np.float32], batch: NDArray[np.int64], kept: int, setting: Setting) -> NDArray[np.float64]:
    """Return p of a plain z-score: length of the shift from the controls' mean, among lengths of the controls themselves."""
    middle = np.stack([values[:kept][batch[:kept] == b].mean(0) for b in range(setting.batches)])
    centered = values - middle[batch]
    means = centered[kept:].reshape(-1, setting.guides, values.shape[1]).mean(1)
    apart, typical = np.linalg.norm(means, axis=1), np.linalg.norm(centered[:kept], axis=1) / np.sqrt(setting.guides)
    p: NDArray[np.float64] = norm.sf((apart - typical.mean()) / typical.std(ddof=1))
    return p


def main() -> None:
    """Run what is not in the file yet, then print levels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release")
    parser.add_argument("embedded", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--splits", type=int, default=500)
    parser.add_argument("--only", action="append")
    parser.add_argument("--genes", type=int, default=10_000, help="of the expression space, at most")
    parser.add_argument("--space", choices=("embedding", "expression"), action="append")
    args = parser.parse_args()
    finished = set()
    if args.output.exists():
        rows = pd.read_csv(args.output)
        finished = {tuple(row) for row in rows[["setting", "space", "split"]].itertuples(index=False)}
    controls = controls_of(args.release, args.embedded, args.genes)
    with args.output.open("a", newline="") as out:
        writer = csv.writer(out)
        if not finished:
            writer.writerow(COLUMNS)
        for seed in range(args.splits):
            for name in args.only or SETTINGS:
                for space in args.space or list(controls):
                    if (name, space, seed) not in finished:
                        _write(writer, name, space, seed, controls[space])
            out.flush()
    print(report(pd.read_csv(args.output)))


def _write(writer: "csv._writer", name: str, space: str, seed: int, controls: Controls) -> None:
    for way, p in split(controls, SETTINGS[name], seed):
        known = p[np.isfinite(p)]
        found = int((false_discovery_control(known) <= ALPHA).sum()) if len(known) else 0
        writer.writerow([name, space, seed, way, len(known), *((known <= level).sum() for level in LEVELS), found])


def report(rows: pd.DataFrame) -> str:
    """Return, by setting, space and way, the share of p-values at each level and of splits in which anything was found."""
    groups = rows.groupby(["setting", "space", "way"], sort=False)
    sums = groups[["tested", *(f"p<={level:g}" for level in LEVELS)]].sum()
    table = sums.div(sums["tested"], axis=0).drop(columns="tested")
    table["any found"] = groups["found"].apply(lambda found: float((found > 0).mean()))
    return str(table.assign(splits=groups.size()).round(4).to_string())


if __name__ == "__main__":
    main()
