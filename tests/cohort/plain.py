"""The app's probes of classes and numbers as a user of scikit-learn would write them, to hold theirs against."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from generain_core.cohort.outcome.outcome import OutcomeKind


def _variance(values: np.ndarray, _: np.ndarray) -> np.ndarray:
    return values.var(0, dtype=np.float64)


class Regressed(TransformerMixin, BaseEstimator):
    """Take out of all columns what the last two, the covariates, tell of them."""

    def fit(self, values: np.ndarray, _: np.ndarray):
        self.model_ = LinearRegression().fit(values[:, -2:], values[:, :-2])
        return self

    def transform(self, values: np.ndarray) -> np.ndarray:
        return values[:, :-2] - self.model_.predict(values[:, -2:])


def plain_probe(kind: OutcomeKind, name: str, genes: int = 2000, solver: str = "full"):
    """Return a pipeline and a grid as a user of scikit-learn would write them.

    Args:
        kind: of the outcome: classes or a number.
        name: of the representation; of one that is adjusted the last two columns are regressed out.
        genes: of the largest variance that LASSO reads.
        solver: of the principal components.
    """
    name, _, adjusted = name.partition(" ")
    if adjusted:
        pipeline, grid = plain_probe(kind, name, genes, solver)
        return Pipeline([("adjust", Regressed()), *pipeline.steps]), grid
    number = kind is OutcomeKind.NUMBER
    dense = ("probe", Ridge() if number else LogisticRegression(max_iter=2000))
    penalties = {"probe__alpha": [1e4, 1e3, 1e2, 1e1, 1.0]} if number else {"probe__C": [1e-4, 1e-3, 1e-2, 1e-1, 1.0]}
    if name in ("expression_pca", "bins"):
        components = [{"components__n_components": [most]} | penalties for most in (10, 50)]
        pca = PCA(svd_solver=solver, random_state=0)
        return Pipeline([("components", pca), ("rescale", StandardScaler()), dense]), components
    if name == "expression_lasso":
        varied = SelectKBest(_variance, k=genes)
        if number:
            elastic = TransformedTargetRegressor(ElasticNet(max_iter=10_000, tol=1e-3), transformer=StandardScaler())
            grid = [{"probe__regressor__alpha": [0.5, 0.25, 0.1, 0.05], "probe__regressor__l1_ratio": [1.0, 0.5]}]
            return Pipeline([("varied", varied), ("scale", StandardScaler()), ("probe", elastic)]), grid
        lasso = LogisticRegression(l1_ratio=1.0, solver="liblinear", intercept_scaling=10, max_iter=1000, random_state=0)
        strengths = [0.02, 0.05, 0.1, 0.2, 0.5]
        if kind is OutcomeKind.TWO_CLASSES:
            return Pipeline([("varied", varied), ("scale", StandardScaler()), ("probe", lasso)]), [{"probe__C": strengths}]
        rest = OneVsRestClassifier(lasso)
        return Pipeline([("varied", varied), ("scale", StandardScaler()), ("probe", rest)]), [{"probe__estimator__C": strengths}]
    return Pipeline([("scale", StandardScaler()), dense]), [penalties]
