"""Steps of pipelines that scikit-learn lacks: the genes that vary most, leading columns, covariates regressed out, and others."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

_RIDGE = 1e-8


class MostVaried(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keep the columns of the largest variance among the training samples; equal ones in their order.

    Attributes:
        columns_: those kept, ascending.
    """

    def __init__(self, most: int = 2000) -> None:
        self.most = most

    def fit(self, X: Any, y: Any = None) -> Self:
        """Choose the columns of samples × columns."""
        variance = np.var(X, axis=0, dtype=np.float64)
        varied = np.argsort(-variance, kind="stable")[: self.most]
        self.columns_ = np.sort(varied[variance[varied] > 0])
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the columns that were chosen, in float64."""
        return np.asarray(X[:, self.columns_], dtype=np.float64)


class Leading(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keep the first columns, such as the first principal components."""

    def __init__(self, most: int = 50) -> None:
        self.most = most

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the first columns."""
        return np.asarray(X[:, : self.most], dtype=np.float64)


class Residual(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Take out of all columns what the last columns, the covariates, tell of them linearly in the training samples.

    Attributes:
        center_, scale_: of the covariates; those that are missing count as the mean.
        slopes_: (1 + covariates) × columns, by least squares.
    """

    def __init__(self, covariates: int = 0) -> None:
        self.covariates = covariates

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the regressions."""
        known = np.asarray(X[:, -self.covariates :], dtype=np.float64)
        with np.errstate(invalid="ignore"):
            filled = np.isfinite(known)
            counts = np.maximum(filled.sum(0), 1)
            self.center_ = np.where(filled, known, 0).sum(0) / counts
            spread = np.sqrt((np.where(filled, known - self.center_, 0) ** 2).sum(0) / counts)
        self.scale_ = np.where(spread > 0, spread, 1.0)
        design = self._design(X)
        gram = design.T @ design
        gram[1:, 1:] += _RIDGE * len(design) * np.eye(len(gram) - 1)
        self.slopes_ = np.linalg.solve(gram, design.T @ np.asarray(X[:, : -self.covariates], dtype=np.float64))
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the columns without what the covariates tell of them."""
        return np.asarray(X[:, : -self.covariates] - self._design(X) @ self.slopes_)

    def _design(self, X: Any) -> NDArray[np.float64]:
        known = (np.asarray(X[:, -self.covariates :], dtype=np.float64) - self.center_) / self.scale_
        return np.hstack([np.ones((len(known), 1)), np.where(np.isfinite(known), known, 0.0)])


class Components(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Principal components of the training samples: centered, not scaled, by an exact decomposition of their inner products.

    Attributes:
        mean_: of the columns.
        axes_: columns × components, orthonormal.
    """

    def __init__(self, most: int = 50) -> None:
        self.most = most

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the components of samples × columns."""
        from scipy.linalg import eigh

        values = np.asarray(X, dtype=np.float64)
        self.mean_ = values.mean(0)
        centered = values - self.mean_
        wide = centered.shape[0] < centered.shape[1]
        gram = centered @ centered.T if wide else centered.T @ centered
        first = max(0, len(gram) - min(self.most, len(values) - 1))
        squares, vectors = eigh(gram, subset_by_index=[first, len(gram) - 1])
        squares, vectors = squares[::-1], vectors[:, ::-1]
        kept = squares > 1e-10 * max(float(squares[0]), 1e-300)
        axes = vectors[:, kept]
        if wide:
            axes = centered.T @ axes / np.sqrt(squares[kept])
        signs = np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])
        self.axes_ = axes * signs
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the components of samples."""
        return np.asarray((np.asarray(X, dtype=np.float64) - self.mean_) @ self.axes_)


class Filled(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Put the mean of the training samples where a number is missing.

    Attributes:
        mean_: of each column.
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the means."""
        values = np.asarray(X, dtype=np.float64)
        known = np.isfinite(values)
        self.mean_ = np.where(known, values, 0).sum(0) / np.maximum(known.sum(0), 1)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the columns without gaps."""
        values = np.asarray(X, dtype=np.float64)
        return np.where(np.isfinite(values), values, self.mean_)


class Associated(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keep the columns that are most associated with time and event among the training samples, by the score test of Cox's model.

    Attributes:
        columns_: those kept, ascending.
    """

    def __init__(self, most: int = 50) -> None:
        self.most = most

    def fit(self, X: Any, y: Any) -> Self:
        """Choose the columns by martingale residuals of the model without covariates."""
        residual = martingale_residuals(np.asarray(y, dtype=np.float64))
        values = np.asarray(X, dtype=np.float64)
        centered = values - values.mean(0)
        norm = np.sqrt((centered**2).sum(0))
        score = np.abs(residual @ centered) / np.where(norm > 0, norm, np.inf)
        self.columns_ = np.sort(np.argsort(-score, kind="stable")[: self.most])
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the columns that were chosen."""
        return np.asarray(X[:, self.columns_], dtype=np.float64)


def martingale_residuals(outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return event minus Nelson's and Aalen's cumulative hazard at each sample's time; outcome is samples × (time, event)."""
    time, event = outcome[:, 0], outcome[:, 1]
    moments = np.unique(time[event > 0])
    at_risk = (time[None, :] >= moments[:, None]).sum(1)
    seen = ((time[None, :] == moments[:, None]) & (event[None, :] > 0)).sum(1)
    hazard = np.concatenate([[0.0], np.cumsum(seen / at_risk)])
    return np.asarray(event - hazard[np.searchsorted(moments, time, side="right")])
