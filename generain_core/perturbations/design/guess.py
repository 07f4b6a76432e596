"""Guess which column names the perturbations, and which the batch, where nobody has said."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.perturbations.design.labels import as_text, suggest_control

_LIKELY = ("perturb", "treat", "target", "guide", "gene", "condition", "compound", "drug", "dex", "pert", "knock")
_BATCH = re.compile(r"batch|plate", re.IGNORECASE)


def guess_perturbation_column(obs: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return the column that most likely names perturbations: by its name, and with a usual name of controls in it.

    Args:
        obs: one row a sample.
        columns: to choose from, at least one; the first where no name tells.
    """
    by_word = list(dict.fromkeys(c for word in _LIKELY for c in columns if word in c.casefold()))
    names_first = sorted(by_word, key=lambda c: "name" not in c.casefold())
    with_control = [c for c in names_first if suggest_control(as_text(obs[c]))] if len(names_first) > 1 else []
    return next(iter(with_control or by_word), columns[0])


def guess_batch_columns(obs: pd.DataFrame, column: str, control: str, others: Sequence[str]) -> list[str]:
    """Return the first column that is called batch or plate and has controls beside all perturbed samples, or none.

    Args:
        obs: one row a sample.
        column: that names the perturbations.
        control: what it calls controls.
        others: columns to choose from.
    """
    is_control = np.array([text == control for text in as_text(obs[column])])
    for name in others:
        texts = np.array(as_text(obs[name]), dtype=object)
        if _BATCH.search(name) and all(texts) and set(texts[~is_control]) <= set(texts[is_control]):
            return [name]
    return []


LEAST_PAIRS, _MOST_OF_A_KIND, _MOST_SAMPLES = 3, 2, 5000
"""Values of a column of pairs, samples of a label in one of them, and samples; of more rows, these are cells."""


def guess_pairs(
    obs: pd.DataFrame, labels: NDArray[np.object_], control: str, strata: NDArray[np.int64], taken: Sequence[str]
) -> tuple[str, int] | None:
    """Return the first column that pairs perturbed samples with controls, as donors do of whom each has both; None without one.

    Each of its values has a control and a perturbed sample, at most two of a label, in one stratum; there are three or more.

    Args:
        obs: one row a sample.
        labels: what was done to each sample, '' for those that take no part.
        control: the label of controls.
        strata: of each sample a number.
        taken: columns that are spoken for.

    Returns:
        Column and how many values it has.
    """
    used = (labels != "") & (strata >= 0)
    if used.sum() > _MOST_SAMPLES:
        return None
    for name in map(str, obs.columns):
        if name in taken or not isinstance(obs[name], pd.Series):
            continue
        texts = np.array(as_text(obs[name]), dtype=object)[used]
        rows = pd.DataFrame({"value": texts, "label": labels[used], "stratum": strata[used]})
        values = rows.groupby("value")
        if not all(texts) or len(values) < LEAST_PAIRS or rows.value_counts(["value", "label"]).max() > _MOST_OF_A_KIND:
            continue
        with_control, kinds = rows["label"].eq(control).groupby(rows["value"]).any(), values["label"].nunique()
        if with_control.all() and (kinds >= 2).all() and (values["stratum"].nunique() == 1).all():
            return name, len(values)
    return None


_NOT_SAID = {"", "-666", "-666.0"}
"""Words for nothing among batches; -666 is that of the Connectivity Map's files."""


def batch_without_controls(
    obs: pd.DataFrame, is_control: NDArray[np.bool_], is_perturbed: NDArray[np.bool_], taken: Sequence[str]
) -> tuple[str, list[str], int] | None:
    """Return the first column called batch or plate that is not taken and has batches of perturbed samples without a control.

    Args:
        obs: one row a sample.
        is_control: which are controls.
        is_perturbed: which are perturbed.
        taken: columns that are compared within, or taken into account.

    Returns:
        Column, its batches without a control, and how many perturbed samples are in these; None where there is none.
    """
    for name in map(str, obs.columns):
        if name in taken or not _BATCH.search(name) or not isinstance(obs[name], pd.Series):
            continue
        texts = np.array(as_text(obs[name]), dtype=object)
        alone = sorted(set(texts[is_perturbed]) - set(texts[is_control]) - _NOT_SAID)
        if alone and len(set(texts[is_control]) - _NOT_SAID):
            return name, alone, int(np.isin(texts[is_perturbed], alone).sum())
    return None
