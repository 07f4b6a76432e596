"""Simulated cohorts: samples × genes of correlated programs, embeddings of the same samples, outcomes of known strength."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from generain_core.cohort.choices import NO_GROUPS, CohortChoices
from generain_core.cohort.cohort_design import CohortDesign, design_cohort
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.probes.probes import Representation
from generain_core.cohort.samples import CohortSamples


def representations(seed: int, samples: int = 60, genes: int = 120, width: int = 12, signal: float = 0.0, at: int = 0):
    """Return expression and an embedding that hold the same programs, and a hidden score that `signal` of them carries."""
    generator = np.random.default_rng(seed)
    programs = generator.normal(size=(samples, width))
    expression = programs @ generator.normal(size=(width, genes)) + 2 * generator.normal(size=(samples, genes))
    embedding = programs @ generator.normal(size=(width, width)) + 0.3 * generator.normal(size=(samples, width))
    score = signal * programs[:, at] + generator.normal(size=samples)
    return expression, embedding, score


def side_by_side(expression: np.ndarray, embedding: np.ndarray) -> tuple[Representation, ...]:
    return (
        Representation(name="embedding:simulated", recipe="dense", values=embedding),
        Representation(name="expression_pca", recipe="components", values=expression),
        Representation(name="expression_lasso", recipe="sparse", values=expression),
    )


def outcome(kind: OutcomeKind, values: np.ndarray, classes: int = 2) -> Outcome:
    names = tuple(f"class {k}" for k in range(classes)) if kind.of_classes else ()
    usable = np.ones(len(values), dtype=bool)
    return Outcome(column="outcome", kind=kind, values=values.astype(float), usable=usable, classes=names)


def survival_times(score: np.ndarray, seed: int) -> np.ndarray:
    """Return times, the shorter the higher the score, and events: about a third is censored."""
    generator = np.random.default_rng(seed)
    time, censored = generator.exponential(np.exp(-score)), generator.exponential(2.0, size=len(score))
    return np.column_stack([np.minimum(time, censored), time <= censored]).astype(float)


def cohort_samples(expression: np.ndarray, embedding: np.ndarray, truth: object, batch: object) -> CohortSamples:
    """Return samples with bins that follow expression, of one model."""
    count, generator = len(expression), np.random.default_rng(2)
    bins = SimpleNamespace(layers={"bins": np.clip(1000 + 200 * expression, 1, 2000)})
    return CohortSamples(
        names=tuple(f"x{i}" for i in range(count)),
        obs=pd.DataFrame({"outcome": truth, "batch": batch}),
        expression=expression.astype(np.float32),
        genes=tuple(f"G{i}" for i in range(expression.shape[1])),
        binned={"gene2vec": bins},
        embeddings={"GPT_Binning_By_Gene": embedding.astype(np.float32)},
        depth=np.exp(generator.normal(14, 0.3, count)),
        coverage=generator.normal(15_000, 500, count),
    )


def design(values: object, *, groups: object = None, name: str = "outcome", **columns: object) -> CohortDesign:
    """Return the design of a sheet with an outcome, and donors if there are any."""
    obs = pd.DataFrame({name: values} | columns)
    if groups is not None:
        obs["donor"] = groups
    names = [f"x{i}" for i in range(len(obs))]
    return design_cohort(obs, names, CohortChoices(predict=name, groups=NO_GROUPS if groups is None else "donor"))
