"""Verdicts over simulated cohorts: how often each is given where nothing, the same, or more is in the embedding.

    python -m tests.benchmarks.bench_cohort [--runs 300] [--scenario null equal …] [--layout whole donors …] [--record runs.jsonl]

``null``: the outcome is chance. ``equal``: the embedding is a rotation of expression's first components, and the outcome a
program of both. ``weak``, ``medium``, ``strong``: the embedding holds a program that is buried in expression's noise. ``split``:
donors' samples are split over folds, and the outcome is chance. Layouts: 60 samples (``whole``), two of each of 30 donors
(``donors``), 12 of the rarer class (``unbalanced``), 30 samples (``small``), and outcomes that are a ``number``, three classes
(``classes``) or times of which a third is censored (``survival``).

Probes are those of `lean_folds` (least squares, six times as quick), or with ``--probes app`` the app's. All else is what the app
runs. With ``--record`` each run is kept, and those that are there are not run again. The table has, of
each scenario and layout, the share of each verdict with its 95 % interval by Clopper and Pearson, the power that the t-test's
formula expects at the mean difference and error, and how often the score's interval holds the mean score of all runs (probes
trained on as many new samples).
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.validation import nested
from generain_core.cohort.validation.comparison import Comparison, compare
from generain_core.cohort.validation.folds import outer_splits
from generain_core.cohort.validation.least_error import score_interval
from generain_core.cohort.validation.nested import cross_validate
from generain_core.progress import silent
from tests.benchmarks import lean_folds
from tests.cohort.simulate import outcome, representations, side_by_side

STRENGTHS = {"weak": 0.6, "medium": 1.2, "strong": 2.5}
SCENARIOS = ("null", "equal", *STRENGTHS, "split")
KINDS = {"number": OutcomeKind.NUMBER, "classes": OutcomeKind.CLASSES, "survival": OutcomeKind.SURVIVAL}
LAYOUTS = ("whole", "donors", "unbalanced", "small", *KINDS)
VERDICTS = ("better", "no_better", "worse", "too_few")


def one(scenario: str, seed: int, samples: int, repeats: int = 5, layout: str = "whole") -> tuple[Comparison, np.ndarray]:
    """Simulate one cohort and judge it; return the comparison and the embedding's scores."""
    groups, expression, embedding, truth = cohort(scenario, seed, samples, layout)
    kind = KINDS.get(layout, OutcomeKind.TWO_CLASSES)
    of = outcome(kind, truth, 3 if layout == "classes" else 2)
    splits = outer_splits(truth, kind, groups, repeats=repeats, folds=5, seed=seed)
    results = cross_validate(side_by_side(expression, embedding), of, truth, groups, splits, seed=seed, progress=silent)
    scores = np.array([each.primary for each in results["embedding:simulated"]])
    return compare(results, of, truth, groups, 0.25), scores


def cohort(
    scenario: str, seed: int, samples: int, layout: str = "whole"
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return donors, expression, embedding and the outcome of each sample."""
    generator = np.random.default_rng(seed + 10_000)
    paired = layout == "donors" or scenario == "split"
    who = np.repeat(np.arange(samples // 2), 2) if paired else np.arange(samples)
    expression, embedding, score = representations(seed, samples, signal=1.5 if scenario == "equal" else 0.0)
    if paired:
        expression, embedding, score = _of_donors(who, expression.shape[1], scenario, generator)
    if scenario == "equal":
        centered = expression - expression.mean(0)
        left, sizes, _ = np.linalg.svd(centered, full_matrices=False)
        embedding = left[:, :10] * sizes[:10] @ np.linalg.qr(generator.normal(size=(10, 10)))[0]
    if scenario in STRENGTHS:
        hidden = generator.normal(size=samples)[who]
        score = STRENGTHS[scenario] * hidden + generator.normal(size=samples)[who]
        embedding = np.column_stack([embedding, hidden + 0.3 * generator.normal(size=samples)])
    groups = np.arange(samples) if scenario == "split" else who
    return groups, expression, embedding, _outcome(score, layout, generator)


def _of_donors(
    who: np.ndarray, genes: int, scenario: str, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return expression, an embedding and a score in which the samples of a donor are alike and have one score."""
    donors = len(np.unique(who))
    programs = generator.normal(size=(donors, 2 * donors))[who]
    embedding = programs + 0.3 * generator.normal(size=programs.shape)
    expression = programs @ generator.normal(size=(2 * donors, genes)) + generator.normal(size=(len(who), genes))
    signal = programs[:, :3].sum(1) if scenario == "equal" else 0.0
    return expression, embedding, signal + generator.normal(size=donors)[who]


def _outcome(score: np.ndarray, layout: str, generator: np.random.Generator) -> np.ndarray:
    if layout == "number":
        return score
    if layout == "survival":
        time, censored = generator.exponential(np.exp(-score)), generator.exponential(2.0, size=len(score))
        return np.column_stack([np.minimum(time, censored), time <= censored]).astype(float)
    if layout == "classes":
        return np.digitize(score, np.quantile(score, [1 / 3, 2 / 3])).astype(float)
    return (score > np.quantile(score, 0.8 if layout == "unbalanced" else 0.5)).astype(float)


def run(scenario: str, layout: str, seed: int, samples: int, probes: str) -> dict[str, Any]:
    """Return what one cohort came to."""
    comparison, scores = one(scenario, seed, 30 if layout == "small" else samples, layout=layout)
    kind = KINDS.get(layout, OutcomeKind.TWO_CLASSES)
    groups, _, _, truth = cohort(scenario, seed, 30 if layout == "small" else samples, layout)
    of = outcome(kind, truth, 3 if layout == "classes" else 2)
    mean = score_interval(scores, of.primary, of, truth, groups, 0.25)
    difference = comparison.difference
    return {
        "scenario": scenario,
        "layout": layout,
        "probes": probes,
        "seed": seed,
        "samples": len(truth),
        "verdict": comparison.verdict,
        "difference": difference.mean,
        "error": difference.error,
        "p_value": difference.p_value,
        "needed": comparison.needed,
        "score": mean.mean,
        "low": mean.low,
        "high": mean.high,
        "expression": comparison.expression.mean,
    }


def summary(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a scenario and layout."""
    rows = []
    for (scenario, layout, probes, samples), own in runs.groupby(["scenario", "layout", "probes", "samples"], sort=False):
        count = len(own)
        row: dict[str, Any] = {"scenario": scenario, "layout": layout, "probes": probes, "samples": samples, "runs": count}
        row |= {name: round(float((own["verdict"] == name).mean()), 3) for name in VERDICTS}
        interval = stats.binomtest(int((own["verdict"] == "better").sum()), count).proportion_ci()
        row |= {"better_low": round(interval.low, 3), "better_high": round(interval.high, 3)}
        error = float(np.sqrt((own["error"] ** 2).mean()))
        expected = stats.nct.sf(stats.t.ppf(0.975, 24), 24, own["difference"].mean() / error)
        row |= {"power_expected": round(float(expected), 3), "score": round(own["score"].mean(), 3)}
        row |= {"expression": round(own["expression"].mean(), 3), "difference": round(own["difference"].mean(), 3)}
        row |= {"sd": round(own["difference"].std(), 3), "error": round(error, 3)}
        held = (own["low"] <= own["score"].mean()) & (own["score"].mean() <= own["high"])
        rows.append(row | {"coverage": round(float(held.mean()), 3)})
    return pd.DataFrame(rows)


def main() -> None:
    """Run, keep and sum up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--scenario", nargs="+", default=SCENARIOS, choices=SCENARIOS)
    parser.add_argument("--layout", nargs="+", default=["whole"], choices=LAYOUTS)
    parser.add_argument("--probes", default="lean", choices=["lean", "app"])
    parser.add_argument("--record", type=Path, help="a file of one JSON line a run, read first and added to")
    args = parser.parse_args()
    nested.WORKERS = 1
    if args.probes == "lean":
        nested.fit_fold = lean_folds.fit_fold
    known = list(_recorded(args.record)) if args.record else []
    there = {(each["scenario"], each["layout"], each["seed"]) for each in known if each["probes"] == args.probes}
    for layout in args.layout:
        for scenario in args.scenario:
            for seed in range(args.runs):
                if (scenario, layout, seed) in there:
                    continue
                known.append(run(scenario, layout, seed, args.samples, args.probes))
                if args.record:
                    with args.record.open("a") as record:
                        record.write(json.dumps(known[-1]) + "\n")
    with pd.option_context("display.width", 250, "display.max_columns", 30):
        print(summary(pd.DataFrame(known)).to_string(index=False))


def _recorded(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        yield from (json.loads(line) for line in path.read_text().splitlines())


if __name__ == "__main__":
    main()
