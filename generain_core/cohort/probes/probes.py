"""Regularized linear probes on representations, as scikit-learn pipelines with the grid that inner folds choose from.

All that is fitted (scaling, components, the choice of genes, covariates regressed out) is a step of the pipeline, so that it is
fitted anew in each training set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import OutcomeKind

Recipe = Literal["dense", "components", "sparse", "covariates"]
"""How a representation is prepared: scaled columns, principal components, the genes that vary most, or covariates with gaps."""
Setting = dict[str, Any]
Grid = tuple[Setting, ...]

COMPONENTS = (50, 10)
"""Principal components that are tried, the most first."""
COX_COMPONENTS = (20, 5)
GENES = 2000
"""Genes of the largest variance that the sparse probe reads."""
COX_GENES = 50
"""Genes most associated with time and event that the sparse probe of survival reads, of those that vary most."""
RIDGE = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Inverse penalties of the dense logistic probe."""
SPARSE = (0.02, 0.05, 0.1, 0.2, 0.5)
"""Inverse penalties of the sparse logistic probe."""
ALPHAS = (1e4, 1e3, 1e2, 1e1, 1.0)
SPARSE_ALPHAS = (0.5, 0.25, 0.1, 0.05)
PENALIZERS = (1.0, 0.1, 0.01)
SPARSE_PENALIZERS = (0.2, 0.1, 0.05, 0.025)


@dataclass(frozen=True, eq=False, kw_only=True)
class Representation:
    """Samples as a probe reads them.

    Attributes:
        name: as in tables: ``embedding:MODEL``, ``bins``, ``expression_pca``, ``expression_lasso``, ``covariates`` ….
        recipe: how it is prepared.
        values: samples × columns; with `adjusted` covariates in the last columns.
        adjusted: how many of the last columns are covariates that are regressed out.
    """

    name: str
    recipe: Recipe
    values: NDArray[Any]
    adjusted: int = 0


def probe(representation: Representation, kind: OutcomeKind) -> tuple[Any, Grid]:
    """Return the pipeline of a representation, not fitted, and the settings that inner folds choose from, the strictest first."""
    from sklearn.pipeline import Pipeline

    steps, grid = _steps(representation, kind)
    return Pipeline(steps), grid


def _steps(representation: Representation, kind: OutcomeKind) -> tuple[list[tuple[str, Any]], Grid]:
    from sklearn.preprocessing import StandardScaler

    from generain_core.cohort.probes.transforms import Associated, Components, Filled, Leading, MostVaried, Residual

    survival = kind is OutcomeKind.SURVIVAL
    steps: list[tuple[str, Any]] = []
    if representation.adjusted:
        steps.append(("adjust", Residual(representation.adjusted)))
    numbers = COX_COMPONENTS if survival else COMPONENTS
    if representation.recipe == "sparse":
        steps += [("varied", MostVaried(GENES)), ("scale", StandardScaler())]
        if survival:
            steps.append(("associated", Associated(COX_GENES)))
        return [*steps, ("probe", _sparse(kind))], _sparse_grid(kind)
    if representation.recipe == "covariates":
        steps += [("fill", Filled()), ("scale", StandardScaler())]
        return [*steps, ("probe", _dense(kind))], _dense_grid(kind)
    if representation.recipe == "components" or survival:
        if representation.recipe == "dense":
            steps.append(("scale", StandardScaler()))
        steps += [("components", Components(numbers[0])), ("leading", Leading()), ("rescale", StandardScaler())]
        several = tuple({"leading__most": most} | rest for most in reversed(numbers) for rest in _dense_grid(kind))
        return [*steps, ("probe", _dense(kind))], several
    return [*steps, ("scale", StandardScaler()), ("probe", _dense(kind))], _dense_grid(kind)


def _dense(kind: OutcomeKind) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    from generain_core.cohort.probes.cox import CoxProbe

    if kind is OutcomeKind.SURVIVAL:
        return CoxProbe()
    return Ridge() if kind is OutcomeKind.NUMBER else LogisticRegression(max_iter=2000)


def _dense_grid(kind: OutcomeKind) -> Grid:
    if kind is OutcomeKind.SURVIVAL:
        return tuple({"probe__penalizer": value} for value in PENALIZERS)
    if kind is OutcomeKind.NUMBER:
        return tuple({"probe__alpha": value} for value in ALPHAS)
    return tuple({"probe__C": value} for value in RIDGE)


def _sparse(kind: OutcomeKind) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import ElasticNet, LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import StandardScaler

    from generain_core.cohort.probes.cox import CoxProbe

    if kind is OutcomeKind.SURVIVAL:
        return CoxProbe(l1_ratio=1.0)
    if kind is OutcomeKind.NUMBER:
        return TransformedTargetRegressor(ElasticNet(max_iter=10_000, tol=1e-3), transformer=StandardScaler())
    lasso = LogisticRegression(l1_ratio=1.0, solver="liblinear", intercept_scaling=10, max_iter=1000, random_state=0)
    return lasso if kind is OutcomeKind.TWO_CLASSES else OneVsRestClassifier(lasso)


def _sparse_grid(kind: OutcomeKind) -> Grid:
    if kind is OutcomeKind.SURVIVAL:
        return tuple({"probe__penalizer": value} for value in SPARSE_PENALIZERS)
    if kind is OutcomeKind.NUMBER:
        names = ("probe__regressor__alpha", "probe__regressor__l1_ratio")
        return tuple(dict(zip(names, (alpha, ratio), strict=True)) for alpha in SPARSE_ALPHAS for ratio in (1.0, 0.5))
    name = "probe__C" if kind is OutcomeKind.TWO_CLASSES else "probe__estimator__C"
    return tuple({name: value} for value in SPARSE)


def middle(grid: Grid) -> Setting:
    """Return the setting in the middle of a grid, which nobody chose by any outcome."""
    return grid[len(grid) // 2]


def outcome_of(values: NDArray[np.float64], kind: OutcomeKind) -> NDArray[Any]:
    """Return outcomes as estimators take them: classes as whole numbers."""
    return values.astype(np.intp) if kind.of_classes else values


def predictions(pipeline: Any, values: NDArray[Any], kind: OutcomeKind, classes: int) -> NDArray[np.float64]:
    """Return what a fitted probe predicts: samples × classes of probabilities, or samples × 1 of a number or log hazard."""
    if not kind.of_classes:
        return np.asarray(pipeline.predict(values), dtype=np.float64).reshape(-1, 1)
    shares = np.zeros((len(values), classes))
    shares[:, np.asarray(pipeline.classes_, dtype=np.intp)] = pipeline.predict_proba(values)
    return shares


def decisions(estimator: Any, values: NDArray[Any], kind: OutcomeKind, classes: int) -> NDArray[np.float64]:
    """Return what orders samples as `predictions` do: of two classes the log odds of the second, in the second column."""
    if kind is not OutcomeKind.TWO_CLASSES or len(estimator.classes_) < 2:
        return predictions(estimator, values, kind, classes)
    odds = np.zeros((len(values), 2))
    odds[:, 1] = values @ estimator.coef_[0] + estimator.intercept_[0]
    return odds


def names_of(representations: Sequence[Representation]) -> tuple[str, ...]:
    """Return the names of representations."""
    return tuple(each.name for each in representations)
