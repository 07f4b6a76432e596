"""What goes into files and JSON of a cohort's result."""

from typing import Any

import numpy as np
import pandas as pd

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.run import CohortResult
from generain_core.cohort.tables import (
    calibration_table,
    confusion_table,
    folds_table,
    predictions_table,
    scores_table,
    splits_table,
    survival_table,
)

FILES = ("scores", "predictions", "folds", "splits", "comparison", "confusion", "calibration", "survival", "confounding")
"""Names of all tables that there may be, without their ending."""


def tables(result: CohortResult) -> dict[str, pd.DataFrame]:
    """Return all tables under the names of their files."""
    found = {"scores": scores_table(result), "predictions": predictions_table(result), "folds": folds_table(result)}
    found["splits"] = splits_table(result)
    found["comparison"] = pd.DataFrame([comparison(result)])
    if result.design.outcome.kind.of_classes:
        found["confusion"] = _of_each(result, confusion_table)
        found["calibration"] = _of_each(result, calibration_table)
    if result.design.outcome.kind is OutcomeKind.SURVIVAL:
        found["survival"] = _of_each(result, survival_table)
    if len(result.confounding):
        found["confounding"] = result.confounding
    return found


def comparison(result: CohortResult) -> dict[str, Any]:
    """Return the one comparison as plain values."""
    own = result.comparison
    return {
        "verdict": own.verdict,
        "metric": result.design.outcome.primary,
        "model": own.model.mean,
        "expression": own.expression.mean,
        "difference": own.difference.mean,
        "low": own.difference.low,
        "high": own.difference.high,
        "p_value": own.difference.p_value,
        "samples": len(result.samples.names),
        "donors": len(np.unique(result.groups)),
        "samples_needed": own.needed,
        "chosen_models": "; ".join(f"{name.partition(':')[2]} {count}" for name, count in own.chosen_models.items() if count),
        "chosen_expression": "; ".join(f"{name} {count}" for name, count in own.chosen_expression.items() if count),
    }


def document(result: CohortResult) -> dict[str, Any]:
    """Return the result as JSON has it; numbers that are none as None."""
    outcome, own = result.design.outcome, result.comparison
    about: dict[str, Any] = {
        "column": outcome.column,
        "kind": str(outcome.kind),
        "classes": list(outcome.classes),
        "n": len(result.samples.names),
        "donors": len(np.unique(result.groups)),
        "groups": result.design.groups.source or None,
    }
    if outcome.kind.of_classes:
        truth = result.design.truth.astype(int)
        about["counts"] = {name: int((truth == k).sum()) for k, name in enumerate(outcome.classes)}
    if outcome.event:
        about |= {"event": outcome.event, "event_words": list(outcome.event_words)}
    return {
        "outcome": about,
        "scores": rows_of(scores_table(result)),
        "verdict": own.verdict,
        "difference": _plain(own.difference.mean),
        "difference_low": _plain(own.difference.low),
        "difference_high": _plain(own.difference.high),
        "p_value": _plain(own.difference.p_value),
        "model": vars(own.model) | {"chosen": dict(own.chosen_models)},
        "expression": vars(own.expression) | {"chosen": dict(own.chosen_expression)},
        "samples_needed": own.needed,
        "confounding": rows_of(result.confounding),
    }


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as plain dictionaries; numbers that are none as None."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _of_each(result: CohortResult, make: Any) -> pd.DataFrame:
    each = [make(result, name).assign(representation=name) for name in result.results]
    table: pd.DataFrame = pd.concat(each, ignore_index=True)
    return table.loc[:, ["representation", *(column for column in table.columns if column != "representation")]]


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value
