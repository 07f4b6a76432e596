"""Simulated cohorts: samples × genes of correlated programs, embeddings of the same samples, outcomes of known strength."""

import numpy as np
import pandas as pd

from generain_core.cohort.choices import NO_GROUPS, CohortChoices
from generain_core.cohort.cohort_design import CohortDesign, design_cohort
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.probes.probes import Representation


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


def design(values: object, *, groups: object = None, **columns: object) -> CohortDesign:
    """Return the design of a sheet with an outcome, and donors if there are any."""
    obs = pd.DataFrame({"outcome": values} | columns)
    if groups is not None:
        obs["donor"] = groups
    names = [f"x{i}" for i in range(len(obs))]
    return design_cohort(obs, names, CohortChoices(predict="outcome", groups=NO_GROUPS if groups is None else "donor"))
