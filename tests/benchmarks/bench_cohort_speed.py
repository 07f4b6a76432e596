"""How long a cohort of a thousand samples takes, by representation: 5 × 5 folds, two threads.

    python -m tests.benchmarks.bench_cohort_speed [--samples 1000] [--genes 20000] [--kind two_classes] [--repeats 5]

Values are simulated: 40 programs over all genes, an outcome that three of them tell, an embedding of 256 numbers. Embedding the
samples is not in it (`bench_embed` has that).
"""

import argparse
import time

import numpy as np

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.probes.probes import Recipe, Representation
from generain_core.cohort.samples import isometry
from generain_core.cohort.validation.folds import outer_splits
from generain_core.cohort.validation.nested import cross_validate
from generain_core.cohort.validation.null import permutation_null
from generain_core.progress import silent
from tests.cohort.simulate import outcome, survival_times


def main() -> None:
    """Time each representation, and the null."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--kind", default="two_classes", choices=[str(kind) for kind in OutcomeKind])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", help="representations")
    args = parser.parse_args()
    kind, groups = OutcomeKind(args.kind), np.arange(args.samples)
    expression, embedding, score = simulate(args.samples, args.genes)
    truth = truth_of(score, kind)
    of = outcome(kind, truth, 3 if kind is OutcomeKind.CLASSES else 2)
    start = time.perf_counter()
    rotated = isometry(expression)
    print(f"isometry of {args.genes:,} genes: {time.perf_counter() - start:.1f} s", flush=True)
    covariates = np.random.default_rng(1).normal(size=(args.samples, 3))
    found: dict[str, tuple[Recipe, np.ndarray]] = {"embedding:simulated": ("dense", embedding), "bins": ("components", rotated)}
    found |= {"expression_pca": ("components", rotated), "expression_lasso": ("sparse", expression)}
    found |= {"covariates": ("covariates", covariates)}
    found |= {"embedding_covariates:simulated": ("covariates", np.hstack([embedding, covariates]))}
    splits = outer_splits(truth, kind, groups, repeats=args.repeats, folds=5, seed=0)
    total, judged = 0.0, []
    for name, (recipe, values) in found.items():
        if args.only and name not in args.only:
            continue
        judged.append(Representation(name=name, recipe=recipe, values=values))
        start, used = time.perf_counter(), time.process_time()
        results = cross_validate(judged[-1:], of, truth, groups, splits, seed=0, progress=silent)[name]
        total += (wall := time.perf_counter() - start)
        score_of = np.mean([each.primary for each in results])
        print(f"{name}: {wall:.1f} s (processor {time.process_time() - used:.1f} s), {of.primary} {score_of:.3f}", flush=True)
    start, used = time.perf_counter(), time.process_time()
    permutation_null(judged, of, truth, groups, folds=5, permutations=499, seed=0, progress=silent)
    total += (wall := time.perf_counter() - start)
    print(
        f"499 exchanged outcomes: {wall:.1f} s (processor {time.process_time() - used:.1f} s)\nin all {total:.0f} s", flush=True
    )


def simulate(samples: int, genes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return expression in float32, an embedding of 256 numbers, and a score that three programs tell."""
    generator = np.random.default_rng(0)
    programs = generator.normal(size=(samples, 40))
    loads = generator.normal(size=(40, genes)) * generator.gamma(0.5, size=genes)
    expression = (programs @ loads + generator.normal(size=(samples, genes))).astype(np.float32)
    embedding = programs @ generator.normal(size=(40, 256)) + generator.normal(size=(samples, 256))
    return expression, embedding.astype(np.float32), programs[:, :3].sum(1) + 2 * generator.normal(size=samples)


def truth_of(score: np.ndarray, kind: OutcomeKind) -> np.ndarray:
    """Return an outcome of a kind that a score tells."""
    if kind is OutcomeKind.SURVIVAL:
        return survival_times(score, 0)
    if kind is OutcomeKind.NUMBER:
        return score
    cuts = [0.5] if kind is OutcomeKind.TWO_CLASSES else [1 / 3, 2 / 3]
    return np.digitize(score, np.quantile(score, cuts)).astype(float)


if __name__ == "__main__":
    main()
