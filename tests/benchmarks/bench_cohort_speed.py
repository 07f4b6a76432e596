"""How long a cohort of a thousand samples takes, by representation, beside scikit-learn's plain way: 5 × 5 folds, two threads.

    python -m tests.benchmarks.bench_cohort_speed [--samples 1000] [--genes 20000] [--kind two_classes] [--repeats 5] [--plain 1]

Values are simulated: 40 programs over all genes, an outcome that three of them tell, an embedding of 256 numbers. Embedding the
samples is not in it (`bench_embed` has that). Scikit-learn's plain way is ``GridSearchCV`` on a pipeline inside
``cross_val_score``, of the same folds, with its own solver of components; it takes hours, so that only the first ``--plain`` of
the folds are run, of both on one thread, and the ratio is of these. Survival has no plain way there.
"""

import argparse
import time
from collections.abc import Iterator, Sequence

import numpy as np

from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.probes.probes import Representation
from generain_core.cohort.samples import isometry
from generain_core.cohort.validation import nested
from generain_core.cohort.validation.folds import Split, divide, outer_splits
from generain_core.cohort.validation.nested import cross_validate
from generain_core.cohort.validation.null import permutation_null
from generain_core.progress import silent
from tests.cohort.plain import plain_probe
from tests.cohort.simulate import outcome, survival_times


def main() -> None:
    """Time each representation, scikit-learn's plain way beside it, and the null."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--kind", default="two_classes", choices=[str(kind) for kind in OutcomeKind])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--plain", type=int, default=1, metavar="FOLDS", help="folds of scikit-learn's plain way; 0: none")
    parser.add_argument("--only", nargs="+", help="representations")
    args = parser.parse_args()
    kind, groups = OutcomeKind(args.kind), np.arange(args.samples)
    expression, embedding, score = simulate(args.samples, args.genes)
    truth = truth_of(score, kind)
    of = outcome(kind, truth, 3 if kind is OutcomeKind.CLASSES else 2)
    splits = outer_splits(truth, kind, groups, repeats=args.repeats, folds=5, seed=0)
    total, used, judged = 0.0, time.process_time(), []
    for each, as_it_is in representations(expression, embedding):
        if args.only and each.name not in args.only:
            continue
        judged.append(each)
        start, before = time.perf_counter(), time.process_time()
        results = cross_validate([each], of, truth, groups, splits, seed=0, progress=silent)[each.name]
        total += (wall := time.perf_counter() - start)
        score_of = np.mean([fold.primary for fold in results])
        words = f"{each.name}: {wall:.1f} s (processor {time.process_time() - before:.1f} s), {of.primary} {score_of:.3f}"
        if args.plain and kind is not OutcomeKind.SURVIVAL:
            words += beside(each, as_it_is, of, truth, splits[: args.plain])
        print(words, flush=True)
    start, before = time.perf_counter(), time.process_time()
    permutation_null(judged, of, truth, groups, folds=5, permutations=499, seed=0, progress=silent)
    total += (wall := time.perf_counter() - start)
    print(f"499 exchanged outcomes: {wall:.1f} s (processor {time.process_time() - before:.1f} s)")
    print(f"in all {total:.0f} s; processor with all that stands beside it {time.process_time() - used:.0f} s", flush=True)


def representations(expression: np.ndarray, embedding: np.ndarray) -> Iterator[tuple[Representation, np.ndarray]]:
    """Return each representation as the app has it, and its values as a user of scikit-learn would have them."""
    start = time.perf_counter()
    rotated = isometry(expression)
    print(f"isometry of {expression.shape[1]:,} genes, once for all folds: {time.perf_counter() - start:.1f} s", flush=True)
    covariates = np.random.default_rng(1).normal(size=(len(expression), 3))
    both = np.hstack([embedding, covariates])
    yield Representation(name="embedding:simulated", recipe="dense", values=embedding), embedding
    yield Representation(name="bins", recipe="components", values=rotated), expression
    yield Representation(name="expression_pca", recipe="components", values=rotated), expression
    yield Representation(name="expression_lasso", recipe="sparse", values=expression), expression
    yield Representation(name="covariates", recipe="covariates", values=covariates), covariates
    yield Representation(name="embedding_covariates:simulated", recipe="covariates", values=both), both


def beside(representation: Representation, values: np.ndarray, of: Outcome, truth: np.ndarray, splits: Sequence[Split]) -> str:
    """Return in words how long the first folds take scikit-learn's plain way and the app, on one thread, and both scores."""
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from threadpoolctl import threadpool_limits

    groups, workers = np.arange(len(truth)), nested.WORKERS
    nested.WORKERS, start = 1, time.perf_counter()
    ours = cross_validate([representation], of, truth, groups, splits, seed=0, progress=silent)[representation.name]
    nested.WORKERS, quick = workers, time.perf_counter() - start
    scoring = {"two_classes": "roc_auc", "classes": "roc_auc_ovr", "number": "r2"}[of.kind]
    target = truth if of.kind is OutcomeKind.NUMBER else truth.astype(int)
    pipeline, grid = plain_probe(of.kind, representation.name, min(2000, values.shape[1]), solver="auto")
    theirs, start = [], time.perf_counter()
    with threadpool_limits(limits=1):
        for split in splits:
            inner = divide(truth[split.train], of.kind, groups[split.train], 5, 31 * split.repeat + split.fold + 1)
            search = GridSearchCV(pipeline, grid, scoring=scoring, cv=inner)
            theirs += list(cross_val_score(search, values, target, scoring=scoring, cv=[(split.train, split.test)]))
    slow = time.perf_counter() - start
    scores = f"{np.mean([each.primary for each in ours]):.4f} and {np.mean(theirs):.4f}"
    return f"; of {len(splits)} folds {quick:.1f} s against {slow:.1f} s, {slow / quick:.1f} times ({of.primary} {scores})"


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
