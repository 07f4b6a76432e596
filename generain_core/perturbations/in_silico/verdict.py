"""Whether the model foresees measured shifts better than its baselines do, over all perturbations together."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.perturbations.effects.permutations import ALPHA, share_at_least, sign_flips
from generain_core.text import significant, with_noun

BASELINES = {
    "cosine_mean_others": "the mean shift of all others",
    "cosine_regression": "regression on principal components",
    "cosine_random": "random genes of like rank",
}
ENOUGH = 5
"""Fewer perturbations can't give a p-value of 0.05."""


def rows_of_verdict(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which perturbations the verdict is of: the model and every baseline that could be made have a cosine there."""
    columns = [column for column in BASELINES if table[column].notna().any()]
    return table[["cosine_model", *columns]].notna().all(axis=1).to_numpy(bool)


def summarize_baselines(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return one row a baseline: mean cosines of the model and of it, their difference, and its one-sided p-value."""
    rows, table = [], table[rows_of_verdict(table)]
    for column, words in BASELINES.items():
        both = table[["cosine_model", column]].dropna()
        differences = (both["cosine_model"] - both[column]).to_numpy()
        p = float("nan")
        if len(both) >= ENOUGH:
            # the first sign is fixed in `sign_flips`, as for lengths; one-sided needs the mirror images too
            signs, exact = sign_flips(len(both), 9999, seed)
            signs = np.vstack([signs, -signs]) if exact else signs
            p = share_at_least(signs @ differences, float(differences.sum()), exact=exact)
        rows.append(
            {
                "baseline": words,
                "perturbations": len(both),
                "mean_cosine_model": both["cosine_model"].mean(),
                "mean_cosine": both[column].mean(),
                "difference": differences.mean() if len(both) else np.nan,
                "p_value": p,
            }
        )
    return pd.DataFrame(rows)


def verdict_of(summary: pd.DataFrame) -> tuple[bool | None, str]:
    """Return whether the model beats all baselines, None if it can't be told, and a sentence with the numbers."""
    n = int(summary["perturbations"].max())
    tested = summary[summary["p_value"].notna()]
    if not len(tested):
        return None, f"Too few perturbations to tell: {n}, and at least {ENOUGH} are needed for a verdict."
    model = float(tested["mean_cosine_model"].iloc[0])
    beaten = tested["p_value"] <= ALPHA
    missing = summary.loc[summary["p_value"].isna(), "baseline"].tolist()
    rows = zip(tested["mean_cosine"], tested["baseline"], tested["p_value"], strict=True)
    against = "; ".join(f"{mean:.3f} for {baseline} (p {significant(p_value)})" for mean, baseline, p_value in rows)
    beats: bool | None = bool(beaten.all())
    head = "The model beats the baselines" if beats else "The model does not beat the baselines"
    if beats and missing:
        beats, head = None, f"The model beats the baselines that could be made, and {' and '.join(missing)} could not"
    elif beaten.any() and not beaten.all():
        head += f" (only {' and '.join(tested.loc[beaten, 'baseline'])})"
    return (
        beats,
        f"{head}: over {with_noun(n, 'perturbation')}, mean cosine with the measured shift {model:.3f}, against {against}.",
    )
