"""The result of a cohort as tables: scores, predictions, folds, the null, calibration and confusion."""

from typing import Any

import numpy as np
import pandas as pd

from generain_core.cohort.outcome.outcome import CHANCE, SECONDARY, OutcomeKind
from generain_core.cohort.run import CohortResult
from generain_core.cohort.validation.least_error import score_interval
from generain_core.cohort.validation.metrics import decide

CALIBRATION_BINS = 10


def scores_table(result: CohortResult) -> pd.DataFrame:
    """Return one row a representation and metric, the primary metric first: mean, interval, chance, folds, setting, null."""
    outcome = result.design.outcome
    primary, secondary = outcome.primary, SECONDARY[outcome.kind]
    null = {each.representation: each for each in result.null}
    rows = []
    for name, folds in result.results.items():
        for metric in (primary, secondary):
            if metric is None:
                continue
            values = np.array([each.primary if metric == primary else each.secondary for each in folds])
            mean = score_interval(values, metric, outcome, result.design.truth, result.groups, result.test_share)
            chance = CHANCE.get(metric, 1 / max(1, len(outcome.classes)))
            own = null.get(name) if metric == primary else None
            row: dict[str, Any] = {
                "representation": name,
                "metric": metric,
                "mean": mean.mean,
                "low": mean.low,
                "high": mean.high,
            }
            row |= {"chance": chance, "folds": mean.folds}
            row |= {"null_observed": np.nan, "null_mean": np.nan, "null_high": np.nan, "null_p_value": np.nan}
            row["null_between"] = None
            if own is not None:
                row |= {"null_observed": own.observed, "null_mean": own.mean, "null_high": own.high, "null_p_value": own.p_value}
                row["null_between"] = own.between
            rows.append(row)
    return pd.DataFrame(rows)


def folds_table(result: CohortResult) -> pd.DataFrame:
    """Return one row a representation and fold: scores, and what inner folds chose."""
    rows = []
    for name, folds in result.results.items():
        for split, each in zip(result.splits, folds, strict=True):
            setting = ", ".join(f"{key.rpartition('__')[2]}={value:g}" for key, value in each.setting.items())
            row = {"representation": name, "repeat": split.repeat + 1, "fold": split.fold + 1, "held_out": len(split.test)}
            row |= {result.design.outcome.primary: each.primary, "inner": each.inner, "setting": setting}
            if (secondary := SECONDARY[result.design.outcome.kind]) is not None:
                row[secondary] = each.secondary
            rows.append(row)
    return pd.DataFrame(rows)


def splits_table(result: CohortResult) -> pd.DataFrame:
    """Return one row a sample: its donor, and for each repeat the fold in which it was held out (``fold_of_repeat_1`` …)."""
    names, labels = result.samples.names, result.design.groups.labels
    donors = [labels[i] or name for i, name in zip(result.design.rows, names, strict=True)]
    table = pd.DataFrame({"sample": names, "donor": donors})
    for repeat in range(result.choices.repeats):
        folds = np.zeros(len(names), dtype=np.int64)
        for split in result.splits:
            if split.repeat == repeat:
                folds[split.test] = split.fold + 1
        table[f"fold_of_repeat_{repeat + 1}"] = folds
    return table


def mean_predictions(result: CohortResult, name: str) -> np.ndarray:
    """Return each sample's held-out prediction, the mean over repeats (samples × classes, or × 1)."""
    first = result.results[name][0].predicted
    total, count = np.zeros((len(result.samples.names), first.shape[1])), np.zeros(len(result.samples.names))
    for split, each in zip(result.splits, result.results[name], strict=True):
        total[split.test] += each.predicted
        count[split.test] += 1
    return np.asarray(total / count[:, None])


def predictions_table(result: CohortResult) -> pd.DataFrame:
    """Return one row a sample and representation: the outcome, and what was predicted where the sample was held out."""
    outcome, truth = result.design.outcome, result.design.truth
    names, labels = result.samples.names, result.design.groups.labels
    donors = [labels[i] or name for i, name in zip(result.design.rows, names, strict=True)]
    tables = []
    for name in result.results:
        predicted = mean_predictions(result, name)
        table = pd.DataFrame({"sample": names, "representation": name, "donor": donors})
        if outcome.kind.of_classes:
            classes = np.array(outcome.classes, dtype=object)
            shares = np.bincount(truth.astype(np.intp), minlength=len(classes)) / len(truth)
            table["observed"] = classes[truth.astype(np.intp)]
            table["predicted"] = classes[decide(predicted, shares)]
            for k, label in enumerate(outcome.classes):
                table[f"probability_{label}"] = predicted[:, k]
        elif outcome.kind is OutcomeKind.NUMBER:
            table = table.assign(observed=truth, predicted=predicted[:, 0])
        else:
            table = table.assign(time=truth[:, 0], event=truth[:, 1].astype(int), predicted=predicted[:, 0])
        tables.append(table.assign(held_out=result.choices.repeats))
    return pd.concat(tables, ignore_index=True)


def confusion_table(result: CohortResult, name: str) -> pd.DataFrame:
    """Return how many samples of each class were called what when held out: observed, predicted, samples; empty for others."""
    outcome = result.design.outcome
    if not outcome.kind.of_classes:
        return pd.DataFrame(columns=["observed", "predicted", "samples"])
    truth = result.design.truth.astype(np.intp)
    shares = np.bincount(truth, minlength=len(outcome.classes)) / len(truth)
    called = decide(mean_predictions(result, name), shares)
    rows = [
        {"observed": a, "predicted": b, "samples": int(((truth == i) & (called == j)).sum())}
        for i, a in enumerate(outcome.classes)
        for j, b in enumerate(outcome.classes)
    ]
    return pd.DataFrame(rows)


def calibration_table(result: CohortResult, name: str) -> pd.DataFrame:
    """Return how often a class is seen at each predicted probability: class, predicted, observed, samples; empty for others.

    Held-out predictions are put in up to ten bins of equal numbers of samples, at least ten each.
    """
    outcome = result.design.outcome
    if not outcome.kind.of_classes:
        return pd.DataFrame(columns=["class", "predicted", "observed", "samples"])
    predicted, truth = mean_predictions(result, name), result.design.truth.astype(np.intp)
    own = [1] if outcome.kind is OutcomeKind.TWO_CLASSES else range(len(outcome.classes))
    bins = int(np.clip(len(truth) // 10, 1, CALIBRATION_BINS))
    rows = []
    for k in own:
        for chosen in np.array_split(np.argsort(predicted[:, k], kind="stable"), bins):
            row = {"class": outcome.classes[k], "predicted": float(predicted[chosen, k].mean())}
            rows.append(row | {"observed": float((truth[chosen] == k).mean()), "samples": len(chosen)})
    return pd.DataFrame(rows)


def survival_table(result: CohortResult, name: str) -> pd.DataFrame:
    """Return Kaplan and Meier's curves of the samples in the lower and the upper half of held-out risk; empty for others.

    Columns: half, time, surviving, low, high (95 % by Greenwood's variance, log-log), at_risk; a row for each time of an event or
    a censoring, and one for the beginning.
    """
    columns = ["half", "time", "surviving", "low", "high", "at_risk"]
    if result.design.outcome.kind is not OutcomeKind.SURVIVAL:
        return pd.DataFrame(columns=columns)
    from lifelines import KaplanMeierFitter

    times, events = result.design.truth[:, 0], result.design.truth[:, 1]
    risk = mean_predictions(result, name)[:, 0]
    is_upper = risk > np.median(risk)
    tables = []
    for half, rows in (("lower", ~is_upper), ("upper", is_upper)):
        if not rows.any():
            continue
        curve = KaplanMeierFitter().fit(times[rows], events[rows])
        at_risk = curve.event_table["at_risk"].to_numpy().astype(int)
        low, high = curve.confidence_interval_.to_numpy(float).T
        table = pd.DataFrame({"time": curve.timeline, "surviving": curve.survival_function_.iloc[:, 0].to_numpy(float)})
        tables.append(table.assign(half=half, low=low, high=high, at_risk=at_risk))
    return pd.concat(tables, ignore_index=True)[columns]
