"""Attributes, comparisons, cohorts, training: what is made of many numbers at a time."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from generain_core.attributes.predictions import Predictions
from generain_core.generain import GeneRAIN
from generain_core.release.files import Release
from tests.benchmarks.bench_attributes import CONVERT, READ
from tests.benchmarks.bench_binning import simulated_counts
from tests.benchmarks.bench_train import FAMILIES
from tests.benchmarks.speed_book.measure import OURS, Row, in_turns
from tests.conftest import PROJECT


def attributes(release: Release, turns: int) -> Iterator[Row]:
    """The store of predictions, and what is asked of it."""
    source = release.path("attributes")

    def process(code: str, path: Path) -> None:
        with tempfile.TemporaryDirectory() as cache:
            line = [sys.executable, "-c", code, str(path)]
            subprocess.run(line, cwd=PROJECT, env=os.environ | {"GENERAIN_CACHE": cache}, check=True, capture_output=True)

    with tempfile.TemporaryDirectory() as cache:
        os.environ["GENERAIN_CACHE"] = cache
        predictions = Predictions.open(release)
        store = predictions.store
        size = f"{len(store.table):,} attributes × {len(store.genes):,} genes"
        seconds = in_turns(turns, lambda: process(CONVERT, release.root), floor=lambda: process(READ, source))
        what = "attributes put in order, once (a process of its own)"
        yield Row(room="Attributes", what=what, size=size, seconds=seconds, floor="plain read of the file, likewise")
        numbers = [name for name in pq.read_schema(source).names if "prob" in name]
        plain = {"pandas,_the_column": lambda: pd.read_parquet(source, columns=numbers)} if numbers else {}
        genes, turn = store.genes, iter(range(10**6))
        seconds = in_turns(turns, lambda: predictions.of_gene(genes[next(turn) * 97 % len(genes)], 50), **plain)
        yield Row(room="Attributes", what="the 50 best of a gene", size=size, seconds=seconds)
        names = store.attributes
        seconds = in_turns(turns, lambda: predictions.of_attribute(str(names[next(turn) * 31 % len(names)]), 50), **plain)
        yield Row(room="Attributes", what="the 50 best genes of an attribute", size=size, seconds=seconds)


def comparisons(release: Release, turns: int) -> Iterator[Row]:
    """Perturbations against a common control, 5 samples each, 10 controls, plain expression, 9,999 exchanges."""
    generain = GeneRAIN(release)
    genes = [gene for gene in generain.atlas().space.genes if gene][:5_000]
    for count in (4, 16, 64):
        names = ["control"] * 10 + [f"{gene}" for gene in genes[:count] for _ in range(5)]
        counts = simulated_counts(len(names), len(genes))
        obs = pd.DataFrame({"condition": names}, index=[f"s{i}" for i in range(len(names))])
        adata = anndata.AnnData(counts.astype(np.float32), obs=obs, var=pd.DataFrame(index=genes))
        seconds = in_turns(
            1, lambda adata=adata: generain.perturb(adata, by="condition", control="control", model="none", min_genes=0)
        )
        size = f"{count} perturbations, {len(names)} samples × {len(genes):,} genes"
        yield Row(room="Perturbations", what="shifts with p, plain expression", size=size, seconds=seconds)


def cohorts(release: Release, turns: int) -> Iterator[Row]:
    """A probe on an embedding of 200 numbers, nested and repeated, beside scikit-learn's own written plainly."""
    from generain_core.cohort.outcome.outcome import OutcomeKind
    from generain_core.cohort.probes.probes import Representation
    from generain_core.cohort.validation.folds import outer_splits
    from generain_core.cohort.validation.nested import cross_validate
    from generain_core.progress import silent
    from tests.cohort.simulate import outcome

    rng = np.random.default_rng(0)
    for samples in (100, 300, 1000):
        values = rng.normal(size=(samples, 200)).astype(np.float32)
        truth = (values[:, 0] + rng.normal(size=samples) > 0).astype(int)
        of, groups = outcome(OutcomeKind.TWO_CLASSES, truth, 2), np.arange(samples)
        splits = outer_splits(truth, OutcomeKind.TWO_CLASSES, groups, repeats=1, folds=5, seed=0)
        shown = [Representation(name="embedding:x", recipe="dense", values=values)]

        def plain(values: np.ndarray = values, truth: np.ndarray = truth) -> None:
            for train, test in RepeatedStratifiedKFold(n_splits=5, n_repeats=1, random_state=0).split(values, truth):
                pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
                search = GridSearchCV(pipeline, {"logisticregression__C": np.logspace(-4, 2, 7)}, scoring="roc_auc", cv=5)
                search.fit(values[train], truth[train]).predict_proba(values[test])

        seconds = in_turns(
            turns,
            lambda shown=shown, of=of, truth=truth, groups=groups, splits=splits: cross_validate(
                shown, of, truth, groups, splits, seed=0, progress=silent
            ),
            **{"scikit-learn,_nested": plain},
        )
        yield Row(room="Cohort", what="a probe judged, 1 × 5 folds, nested", size=f"{samples:,} samples × 200", seconds=seconds)


def training(release: Release, turns: int) -> Iterator[Row]:
    """A step of training, each family, beside the plain loop of `transformers`; 2 samples a step, 512 places."""
    for family in FAMILIES:
        found = {}
        for name, loop in ((OURS, "ours"), ("transformers, plain", "plain")):
            line = [sys.executable, "-m", "tests.benchmarks.bench_train", "--positions", "512", "--steps", str(turns)]
            done = subprocess.run([*line, "--measure", family, loop], check=True, capture_output=True, text=True, cwd=PROJECT)
            found[name] = [float(done.stdout.split()[0])]
        yield Row(room="Training", what=f"a step of {family}", size="2 samples, 512 places, 18,600 genes", seconds=found)
