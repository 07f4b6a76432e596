"""The share of planted effects that a screen without replicates finds, in both spaces, beside a plain z-score of distances.

    python -m tests.benchmarks.bench_planted_screen RELEASE EMBEDDED.h5ad

RELEASE is a simulated one with TRUTH.example.tsv, which says whose knock-down acts; EMBEDDED is the embedding of its example.
The z-score is of the Euclidean distance from the mean of the controls, over mean and spread of the controls' own.
"""

import argparse
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

import generain_core
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.published_example import example_choices, read_example
from generain_core.perturbations.run import Perturbed, run
from generain_core.perturbations.screens.values import embedding_values, expression_values

ALPHA = 0.05


def main() -> None:
    """Print, by space and way, what is found and how much of it is false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("embedded", type=Path)
    args = parser.parse_args()
    opened = generain_core.open(args.release)
    expression, reading = read_example(opened.release, opened.resolver)
    adata = anndata.read_h5ad(args.embedded)
    choices = example_choices(Choices(column="", control="", model=adata.uns["generain"]["model"]), reading)
    result = run(expression, choices, opened.release, opened.resolver, embedded=adata)
    truth = pd.read_csv(args.release / "TRUTH.example.tsv", sep="\t", keep_default_na=False)
    acts = set(truth.loc[~truth["group"].isin(["", "control"]), "target"])
    table, spaces = result.table, [ranking.space.name for ranking in result.rankings]
    is_true = table["perturbation"].isin(acts).to_numpy()
    print(f"{is_true.sum():,} of {len(table):,} perturbations act; {int(result.design.is_control.sum()):,} controls")
    for i, space in enumerate(spaces):
        head = "" if i == 0 else f"{space}_"
        ways = {
            "rank": table[f"{head}p_value"],
            "tail": table[f"{head}tail_p"],
            "z-score": table["perturbation"].map(_z(result, i)),
        }
        for way, p in ways.items():
            print(f"{space:11} {way:8} {_row(p.to_numpy(float), is_true)}")


def _row(p: NDArray[np.float64], is_true: NDArray[np.bool_]) -> str:
    known = np.isfinite(p)
    found = np.zeros(len(p), dtype=bool)
    found[known] = false_discovery_control(p[known]) <= ALPHA
    share, false = (found & is_true).sum() / is_true.sum(), (found & ~is_true).sum() / max(1, found.sum())
    levels = ", ".join(f"{level:g}: {np.mean(p[known & ~is_true] <= level):.4f}" for level in (0.05, 0.01))
    return f"found {found.sum():5,}; {share:.3f} of those that act; false {false:.3f}; p of those that do not act at {levels}"


def _z(result: Perturbed, i: int) -> dict[str, float]:
    space, design, expression = result.rankings[i].space, result.design, result.expression
    counted = np.array([bool(gene) for gene in result.row_genes])
    plain = space.name == "expression"
    values = expression_values(expression, counted, design.is_control) if plain else embedding_values(space)
    row = {name: n for n, name in enumerate(values.samples)}
    there = [n for n, name in enumerate(design.samples) if name in row]
    points = values.values[[row[design.samples[n]] for n in there]].astype(np.float64)
    control, labels = design.is_control[there], design.labels[there]
    scale = points[control].std(0) + 1e-9 if plain else 1.0
    lengths = np.linalg.norm((points - points[control].mean(0)) / scale, axis=1)
    p = norm.sf((lengths - lengths[control].mean()) / lengths[control].std(ddof=1))
    return dict(zip(labels[~control].tolist(), p[~control].tolist(), strict=True))


if __name__ == "__main__":
    main()
