"""Cox's proportional hazards, by lifelines, as an estimator of scikit-learn's kind."""

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator


class CoxProbe(BaseEstimator):  # type: ignore[misc]
    """Cox's model with a penalty on its slopes (lifelines' ``CoxPHFitter``); what it can't fit predicts the same for all.

    Args:
        penalizer: weight of the penalty.
        l1_ratio: share of it that makes slopes zero.
    """

    def __init__(self, penalizer: float = 0.1, l1_ratio: float = 0.0) -> None:
        self.penalizer = penalizer
        self.l1_ratio = l1_ratio

    def fit(self, X: Any, y: Any) -> Self:
        """Fit slopes to samples × columns and samples × (time, event)."""
        import pandas as pd
        from lifelines import CoxPHFitter
        from lifelines.exceptions import ConvergenceError

        values, outcome = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.slopes_ = np.zeros(values.shape[1])
        varied = np.flatnonzero(values.std(0) > 1e-12)
        table = pd.DataFrame(values[:, varied], columns=[f"x{i}" for i in varied])
        table = table.assign(time=outcome[:, 0], event=outcome[:, 1] > 0)
        if not len(varied) or not table["event"].any():
            return self
        fitter = CoxPHFitter(penalizer=self.penalizer, l1_ratio=self.l1_ratio)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                fitter.fit(table, duration_col="time", event_col="event")
            except (ConvergenceError, np.linalg.LinAlgError, ValueError):
                return self
        self.slopes_[varied] = fitter.params_.to_numpy()
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the log hazard of samples, relative to one another: the larger, the sooner the event."""
        return np.asarray(np.asarray(X, dtype=np.float64) @ self.slopes_)
