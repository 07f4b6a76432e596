"""Verdicts over simulated cohorts: how often each is given where nothing, the same, or more is in the embedding.

    python -m tests.benchmarks.bench_cohort [--runs 300] [--samples 60] [--scenario null equal …]

``null``: the outcome is chance. ``equal``: the embedding is a rotation of expression's first components, and the outcome a
program of both. ``weak``, ``medium``, ``strong``: the embedding holds a program that is buried in expression's noise. ``donors``
and ``split``: two samples a donor and an outcome by chance, with donors whole and split.
``coverage``: how often the interval of the score holds the mean score of probes trained on as many new samples.
"""

import argparse
from collections import Counter

import numpy as np

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.validation.comparison import Comparison, compare
from generain_core.cohort.validation.corrected import corrected_mean
from generain_core.cohort.validation.folds import outer_splits
from generain_core.cohort.validation.nested import cross_validate
from generain_core.progress import silent
from tests.cohort.simulate import outcome, representations, side_by_side

STRENGTHS = {"weak": 0.6, "medium": 1.2, "strong": 2.5}
KIND = OutcomeKind.TWO_CLASSES


def one(scenario: str, seed: int, samples: int, repeats: int = 5) -> tuple[Comparison, np.ndarray]:
    """Simulate one cohort and judge it; return the comparison and the embedding's scores."""
    groups, expression, embedding, truth = cohort(scenario, seed, samples)
    splits = outer_splits(truth, KIND, groups, repeats=repeats, folds=5, seed=seed)
    results = cross_validate(
        side_by_side(expression, embedding), outcome(KIND, truth), truth, groups, splits, seed=seed, progress=silent
    )
    scores = np.array([each.primary for each in results["embedding:simulated"]])
    return compare(results, outcome(KIND, truth), truth, groups, 0.25), scores


def cohort(scenario: str, seed: int, samples: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return donors, expression, embedding and the class of each sample."""
    generator = np.random.default_rng(seed + 10_000)
    expression, embedding, score = representations(seed, samples, signal=1.5 if scenario == "equal" else 0.0)
    groups = np.arange(samples)
    if scenario in ("donors", "split"):
        groups = np.repeat(np.arange(samples // 2), 2)
        own = generator.normal(size=(samples // 2, samples))[groups]
        embedding = own + 0.3 * generator.normal(size=own.shape)
        expression = own @ generator.normal(size=(samples, expression.shape[1])) + generator.normal(size=expression.shape)
        score = generator.normal(size=samples // 2)[groups]
    if scenario == "equal":
        centered = expression - expression.mean(0)
        components = np.linalg.svd(centered, full_matrices=False)[0][:, :10] * np.linalg.svd(centered, compute_uv=False)[:10]
        embedding = components @ np.linalg.qr(generator.normal(size=(10, 10)))[0]
    if scenario in STRENGTHS:
        hidden = generator.normal(size=samples)
        score = STRENGTHS[scenario] * hidden + generator.normal(size=samples)
        embedding = np.column_stack([embedding, hidden + 0.3 * generator.normal(size=samples)])
    truth = (score > np.median(score)).astype(float)
    if scenario == "split":
        groups = np.arange(samples)
    return groups, expression, embedding, truth


def main() -> None:
    """Print the share of each verdict, and of the difference's interval."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--scenario", nargs="+", default=["null", "equal", *STRENGTHS, "donors", "split", "coverage"])
    args = parser.parse_args()
    for scenario in args.scenario:
        if scenario == "coverage":
            coverage(args.runs, args.samples)
            continue
        verdicts, scores, powers = Counter[str](), [], []
        for seed in range(args.runs):
            comparison, own = one(scenario, seed, args.samples)
            verdicts[comparison.verdict] += 1
            scores.append(own.mean())
            powers.append((comparison.difference.mean, comparison.difference.error))
            if (seed + 1) % 25 == 0:
                shares = {name: round(count / (seed + 1), 3) for name, count in verdicts.items()}
                print(scenario, seed + 1, shares, f"embedding {np.mean(scores):.3f}", flush=True)
        differences = np.array(powers)
        print(f"{scenario}: difference {differences[:, 0].mean():+.3f}, sd {differences[:, 0].std():.3f}, ", end="")
        print(f"error that was estimated {np.sqrt((differences[:, 1] ** 2).mean()):.3f}", flush=True)


def coverage(runs: int, samples: int) -> None:
    """Print how often the interval of an embedding's AUROC holds its mean over many cohorts of the same kind."""
    for scenario in ("null", "weak", "strong"):
        every = [one(scenario, 5000 + seed, samples)[1] for seed in range(runs)]
        expected = float(np.mean([scores.mean() for scores in every]))
        means = [corrected_mean(scores, 0.25, (0.0, 1.0)) for scores in every]
        held = np.mean([mean.low <= expected <= mean.high for mean in means])
        print(f"coverage, {scenario}: the mean AUROC {expected:.3f} lies in {held:.1%} of 95 % intervals", flush=True)


if __name__ == "__main__":
    main()
